"""What lets most text through unseen says the same as the expressions that look for formulas: for every character there is."""

import sys

import pytest

from services.exporter.csv_rows import csv_text, row_text
from services.exporter.formulas import neutralised, runs_as_formula

CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]


@pytest.mark.volume
@pytest.mark.parametrize("text", ["{}=1", "'{}=1"], ids=["first", "behind one that is skipped"])
def test_text_is_neutralised_where_it_would_run_and_nowhere_else(text: str):
    before, after = text.split("{}")
    texts = [before + character + after for character in CHARACTERS]

    wrong = [text for text in texts if (neutralised(text) is not text) != runs_as_formula(text)]

    assert wrong == []


@pytest.mark.volume
def test_the_quick_way_of_a_row_lets_the_same_characters_through():
    assert row_text(CHARACTERS, decimal=".") == [csv_text(character) for character in CHARACTERS]


@pytest.mark.volume
def test_no_letter_and_no_digit_is_skipped_or_begins_a_formula():
    letters = [character for character in CHARACTERS if character.isalnum()]

    assert not any(runs_as_formula(f"{letter}=") for letter in letters)
