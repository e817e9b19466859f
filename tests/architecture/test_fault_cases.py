"""The page of fault cases names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
CASES = sorted(set(NAMED.findall((ROOT / "docs" / "fault-cases.md").read_text())))


@pytest.mark.parametrize(("file", "test"), CASES)
def test_a_named_test_exists(file: str, test: str):
    text = (ROOT / file).read_text()
    assert f"def {test}(" in text or not test
