"""Splitting scripts into statements."""

from shared.migrations import _statements


def test_a_script_is_split_at_semicolons_that_end_a_line():
    assert list(_statements("CREATE TABLE a (b int); -- why\nSELECT 1;\n")) == [
        "CREATE TABLE a (b int); -- why",
        "SELECT 1",
    ]


def test_a_function_body_stays_whole():
    script = (
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\n  RETURN 2;\nEND $$;\nSELECT 3;"
    )

    assert len(list(_statements(script))) == 2
