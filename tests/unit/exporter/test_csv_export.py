"""CSV exports: the cells that are stored, and none that a spreadsheet runs."""

from pathlib import Path

import pytest

from services.exporter.csv_rows import CsvOptions
from services.exporter.export_file import write_export
from services.exporter.formulas import neutralised
from tests.unit.exporter.export_makers import column, completed, failed, read_csv

LEADS = ["", " ", "'", '"', "\t", "\u00a0", "\u200b", "\ufeff", "“", "\x00", "' \""]
SIGNS = [
    *"=+-@",
    *"\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\u207a",
]  # and their full-width, small and raised variants
PAYLOADS = [f"{lead}{sign}cmd|' /C calc'!A0" for lead in LEADS for sign in SIGNS]
PAYLOADS += [f"{lead}{mark}=1" for lead in LEADS for mark in "\t\r\n"]
PAYLOADS += [
    "=1+1",
    "@SUM(A1)",
    "-2+3",
    "+1-1",
    "=",
    "-",
    "\uff0d\uff15",
    '=HYPERLINK("http://x")',
    "\tplain",
    "\rplain",
    "+49 30 1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_cell_that_would_run_gets_an_apostrophe(payload: str):
    assert neutralised(payload) == f"'{payload}"


@pytest.mark.parametrize("text", ["-5.20", "+1,200.00", "-1.234,50", "-5%", "-1e5", "a=b", "x@y.de", "", "1-2", "R-7"])
def test_numbers_and_plain_text_stay_as_they_are(text: str):
    assert neutralised(text) == text


@pytest.mark.volume
def test_a_megabyte_in_a_field_is_not_cut(tmp_path: Path):
    text = "ä" * 1_000_000

    write_export(lambda: [completed({"t": text})], format="csv", layout="normal", target=tmp_path / "out.csv")

    assert text.encode() in (tmp_path / "out.csv").read_bytes()


def test_numbers_are_written_as_in_json(tmp_path: Path):
    data = {"a": -5.2, "b": 10**30, "c": True, "d": None, "e": 0.1}

    write_export(lambda: [completed(data)], format="csv", layout="normal", target=tmp_path / "out.csv")

    assert [read_csv(tmp_path / "out.csv")[0][name] for name in data] == ["-5.2", str(10**30), "true", "", "0.1"]


def test_lines_end_as_rfc_4180_says(tmp_path: Path):
    write_export(lambda: [completed({"t": 1})], format="csv", layout="normal", target=tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes().count(b"\r\n") == 2


def test_a_mark_for_excel_is_written_when_asked(tmp_path: Path):
    write_export(list, format="csv", layout="normal", target=tmp_path / "out.csv", csv=CsvOptions(bom=True))

    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbffile,")


def test_columns_and_decimals_are_as_excel_wants_them_where_it_writes_1_comma_5(tmp_path: Path):
    data, csv = {"a": -5.25, "b": 12, "c": "1.5; 2,5"}, CsvOptions(delimiter=";", decimal=",")
    write_export(lambda: [completed(data)], format="csv", layout="normal", target=tmp_path / "out.csv", csv=csv)

    row = read_csv(tmp_path / "out.csv", ";")[0]
    assert [row[name] for name in data] == ["-5,25", "12", "1.5; 2,5"]


def test_a_header_that_would_run_is_neutralised_too(tmp_path: Path):
    write_export(lambda: [completed({"=1+1": "x"})], format="csv", layout="normal", target=tmp_path / "out.csv")

    assert "'=1+1" in read_csv(tmp_path / "out.csv")[0]


def test_a_failed_document_has_a_row_with_its_error(tmp_path: Path):
    write_export(lambda: [completed({"a": 1}), failed()], format="csv", layout="normal", target=tmp_path / "out.csv")

    assert column(read_csv(tmp_path / "out.csv"), "error") == ["", "unreadable: The file ends in the middle."]
