"""The page of abuse cases has all of them, and names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "abuse-cases.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file: str, test: str):
    assert f"def {test}(" in (ROOT / file).read_text()


def test_every_case_has_a_line_with_a_test():
    lines = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line.startswith("| S")}

    assert sorted(lines) == [f"S{number:02}" for number in range(1, 23)]
    assert [case for case, line in lines.items() if "::test_" not in line] == []


def test_no_service_hands_out_links_to_storage():
    """S21: a link would be worth what its signature says, to whoever has it."""
    code = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]

    assert [path.name for path in code if re.search(r"presign|post_policy", path.read_text(), re.IGNORECASE)] == []
