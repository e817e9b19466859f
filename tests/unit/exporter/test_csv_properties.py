"""CSV exports: any value comes back, and none that a spreadsheet runs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exporter.export_file import write_export
from services.exporter.formulas import neutralised
from tests.unit.exporter.export_makers import column, completed, read_csv, stored


@given(st.text())
def test_taking_the_apostrophe_away_gives_back_what_was_stored(text: str):
    assert stored(neutralised(text)) == text


@given(st.text())
def test_no_cell_begins_like_a_formula_unless_it_is_a_number(text: str):
    assert neutralised(text)[:1] not in {"=", "@", "\t", "\r"}


@given(
    st.lists(st.dictionaries(st.text(max_size=8), st.text() | st.integers() | st.booleans(), min_size=1), min_size=1)
)
def test_every_value_comes_back_row_for_row(tmp_path_factory: pytest.TempPathFactory, values: list[dict[str, object]]):
    target = tmp_path_factory.mktemp("csv") / "out.csv"
    keys = list(dict.fromkeys(key for value in values for key in value))

    summary = write_export(
        lambda: (completed({"v": [value.get(key) for key in keys]}) for value in values),
        format="csv",
        layout="normal",
        target=target,
    )

    assert summary.rows == len(values)
    assert [json.loads(stored(cell)) for cell in column(read_csv(target), "v")] == [
        [value.get(key) for key in keys] for value in values
    ]


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_text_with_quotes_newlines_and_separators_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
):
    target = tmp_path_factory.mktemp("csv") / "out.csv"

    write_export(lambda: (completed({"t": text}) for text in texts), format="csv", layout="normal", target=target)

    assert [stored(cell) for cell in column(read_csv(target), "t")] == texts
