"""Excel exports: any text, number and day comes back as what it is."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.exporter.sheet_titles import SheetTitles
from tests.unit.exporter.export_makers import cells, completed
from tests.unit.exporter.export_makers import exported_workbook as exported

# Characters XML can hold; openpyxl as a reader gives back line ends and escapes as they are in the file.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"]))


@given(st.lists(TEXT, min_size=1, max_size=6))
@settings(deadline=None)
def test_text_comes_back_row_for_row(tmp_path_factory: pytest.TempPathFactory, texts: list[str]):
    folder = tmp_path_factory.mktemp("xlsx")

    exported([completed({"t": f"~{text}"}) for text in texts], folder)

    assert cells(folder, "t") == [f"~{text}" for text in texts]


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15) + 1, 10**15 - 1))
@settings(deadline=None, max_examples=50)
def test_numbers_are_numbers(tmp_path_factory: pytest.TempPathFactory, number: float):
    folder = tmp_path_factory.mktemp("xlsx")

    exported([completed({"n": number})], folder)

    assert cells(folder, "n") == [number]


@given(st.dates(min_value=date(1900, 3, 1)))
@settings(deadline=None, max_examples=30)
def test_every_day_a_sheet_knows_comes_back(tmp_path_factory: pytest.TempPathFactory, day: date):
    folder = tmp_path_factory.mktemp("xlsx")

    exported([completed({"day": day.isoformat()})], folder)

    assert load_workbook(folder / "out.xlsx")["Invoice"]["D2"].value.date() == day


@given(st.lists(st.text(max_size=40) | st.sampled_from(["History", "a" * 50, "[]", "Invoice", "invoice", "'x'"])))
@pytest.mark.volume
def test_titles_of_sheets_are_valid_and_unique(wishes: list[str]):
    titles = SheetTitles()
    found = [titles.unique(wish) for wish in wishes]

    assert len({title.casefold() for title in found}) == len(found)
    assert all(title and len(title.encode("utf-16-le")) <= 62 and not set(title) & set("[]:*?/\\") for title in found)
    assert not any(title.startswith("'") or title.endswith("'") or title.casefold() == "history" for title in found)
