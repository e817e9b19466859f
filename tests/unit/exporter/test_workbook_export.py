"""Excel exports, read back by two readers: typed cells, text that never runs, limits that are kept and told."""

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from services.exporter.sheet_cells import MOST_CHARACTERS, fitting
from services.exporter.sheet_notes import MOST_NOTES, Notes
from services.exporter.workbook import MOST_TYPES
from tests.unit.exporter.export_makers import cells, completed, failed, sheet
from tests.unit.exporter.export_makers import exported_workbook as exported


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-5.20",
        "@SUM(A1)",
        "\tx",
        "#N/A",
        "=",
        "007",
        "TRUE",
        " padded ",
        "two\nlines",
        "<b>&amp;</b>",
        "مرحبا",
        "🍰👩‍👩‍👧",
        "_x000D_",
        "_x0041_",
        "1.234,50",
        "a\r\nb",
        "2026-13-01",
        "1899-12-31",
    ],
)
def test_text_stays_text_for_both_readers(tmp_path: Path, text: str):
    exported([completed({"t": text})], tmp_path)

    cell = load_workbook(tmp_path / "out.xlsx")["Invoice"]["D2"]
    assert (cell.data_type, cells(tmp_path, "t")) == ("s", [text])


def test_integers_longer_than_a_sheet_can_keep_are_text(tmp_path: Path):
    exported([completed({"iban": 12345678901234567890})], tmp_path)

    assert cells(tmp_path, "iban") == ["12345678901234567890"]


def test_booleans_are_booleans(tmp_path: Path):
    exported([completed({"paid": True}), completed({"paid": False})], tmp_path)

    assert cells(tmp_path, "paid") == [True, False]


def test_days_are_real_dates_with_a_format(tmp_path: Path):
    exported([completed({"day": "2026-03-01"})], tmp_path)

    cell = load_workbook(tmp_path / "out.xlsx")["Invoice"]["D2"]
    assert (str(cell.value), cell.number_format) == ("2026-03-01 00:00:00", "yyyy-mm-dd")


def test_times_are_real_times(tmp_path: Path):
    exported([completed({"at": "2026-03-01T10:20:30"})], tmp_path)

    assert [str(at) for at in cells(tmp_path, "at")] == ["2026-03-01 10:20:30"]


def test_no_sheet_holds_a_formula(tmp_path: Path):
    exported([completed({"=1+1": "=2+2", "x": ["=3"]}, file_name="=cmd|'/C calc'!A0")], tmp_path)

    with ZipFile(tmp_path / "out.xlsx") as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_control_characters_are_removed_with_a_note(tmp_path: Path):
    summary = exported([completed({"t": "a\x00b\x1fc\uffff"})], tmp_path)

    assert (cells(tmp_path, "t"), summary.notes) == (["abc"], ("Invoice!D2 (a.pdf): 3 control characters removed",))


def test_a_text_that_is_too_long_is_cut_with_a_note(tmp_path: Path):
    exported([completed({"t": "x" * 40_000})], tmp_path)

    text = cells(tmp_path, "t")[0]
    assert (len(text), text[-19:], sheet(tmp_path, "Notes")[1][:3]) == (
        MOST_CHARACTERS,
        " … [cut: see Notes]",
        ["Invoice", "D2", "a.pdf"],
    )


def test_an_emoji_counts_twice_and_is_not_cut_in_half():
    text, note = fitting("🍰" * 20_000)

    assert len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert note is not None
    assert text.startswith("🍰" * 16_000)


def test_a_text_that_just_fits_is_left_alone():
    assert fitting("x" * MOST_CHARACTERS) == ("x" * MOST_CHARACTERS, None)


def test_each_type_has_a_sheet_and_an_overview_comes_first(tmp_path: Path):
    exported([completed({"a": 1}), completed({"b": 1}, document_type="purchase_order"), failed()], tmp_path)

    assert load_workbook(tmp_path / "out.xlsx").sheetnames == [
        "Documents",
        "Invoice",
        "Purchase order",
        "Without a type",
    ]


def test_one_type_without_failures_is_one_sheet(tmp_path: Path):
    exported([completed({"a": 1})], tmp_path)

    assert load_workbook(tmp_path / "out.xlsx").sheetnames == ["Invoice"]


def test_the_overview_gives_the_advice_for_a_failed_document(tmp_path: Path):
    exported([failed()], tmp_path)

    assert cells(tmp_path, "advice", "Documents")[0].startswith("The file is damaged.")


def test_the_overview_says_when_a_document_was_finished(tmp_path: Path):
    exported([completed({}, finished_at=datetime(2026, 3, 1, 10, 20, tzinfo=UTC)), failed()], tmp_path)

    assert str(cells(tmp_path, "finished_at", "Documents")[0]) == "2026-03-01 10:20:00"


def test_a_full_sheet_goes_on_in_the_next_with_its_header(tmp_path: Path):
    documents = [completed({"n": n}, document_type=kind) for n in range(5) for kind in ("invoice", "receipt")]

    summary = exported(documents, tmp_path, sheet_rows=3)

    names = ["Invoice", "Invoice (2)", "Invoice (3)"]
    assert summary.rows == 10
    assert [n for name in names for n in cells(tmp_path, "n", name)] == [0, 1, 2, 3, 4]
    assert load_workbook(tmp_path / "out.xlsx").sheetnames[-6:] == [*names, "Receipt", "Receipt (2)", "Receipt (3)"]


@pytest.mark.volume
def test_types_beyond_the_most_share_a_sheet(tmp_path: Path):
    exported([completed({"n": n}, document_type=f"type_{n}") for n in range(MOST_TYPES + 3)], tmp_path)

    assert cells(tmp_path, "n", "Other types") == [MOST_TYPES, MOST_TYPES + 1, MOST_TYPES + 2]


def test_the_header_is_styled_frozen_and_filtered(tmp_path: Path):
    exported([completed({"a": 1})], tmp_path)

    found = load_workbook(tmp_path / "out.xlsx")["Invoice"]
    assert (found["A1"].font.bold, found["A1"].fill.fgColor.rgb) == (True, "001F3B4D")
    assert (found.freeze_panes, found.auto_filter.ref, found.dimensions) == ("B2", "A1:E2", "A1:E2")


def test_columns_are_as_wide_as_their_values_within_reason(tmp_path: Path):
    exported([completed({"a": "x" * 30, "b": "x" * 3000})], tmp_path)

    widths = load_workbook(tmp_path / "out.xlsx")["Invoice"].column_dimensions
    assert (widths["D"].width, widths["E"].width) == (31, 52)


def test_no_documents_make_a_workbook_that_opens(tmp_path: Path):
    exported([], tmp_path)

    assert load_workbook(tmp_path / "out.xlsx").sheetnames == ["Documents"]


def test_no_temporary_file_stays(tmp_path: Path):
    exported([completed({"a": 1})], tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]


def test_what_is_not_as_asked_for_stands_in_the_sheet_of_notes(tmp_path: Path):
    exported([completed({"a": 1})], tmp_path, "multi_row", path="lines")

    assert cells(tmp_path, "note", "Notes") == ['There is no list "lines" in any document: each is one row.']


def test_notes_are_limited_and_counted():
    notes = Notes()
    for _ in range(MOST_NOTES + 2):
        notes.add(sheet="Invoice", cell="A1", file="a.pdf", note="cut")

    assert notes.texts()[-1] == "and 2 more"
