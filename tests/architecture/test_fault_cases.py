"""The pages about fault cases name tests that exist, and every case of the list has a line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
PAGES = {name: (ROOT / "docs" / name).read_text() for name in ("delivery.md", "fault-cases.md")}
CASES = sorted({named for page in PAGES.values() for named in NAMED.findall(page)})


@pytest.mark.parametrize(("file", "test"), CASES)
def test_a_named_test_exists(file: str, test: str):
    text = (ROOT / file).read_text()
    assert f"def {test}(" in text or not test


def test_every_case_has_a_line():
    lines = [line.split("|")[1] for line in PAGES["fault-cases.md"].splitlines() if line.startswith("| R")]
    assert {id_ for line in lines for id_ in re.findall(r"R\d\d", line)} == {f"R{number:02}" for number in range(1, 53)}
