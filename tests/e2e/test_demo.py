"""`ingestio demo`, as a newcomer runs it: the table, the exit code, and the values in the spreadsheet."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

TRUTH: dict[str, dict[str, Any]] = json.loads(Path("samples/truth.json").read_text())
SAYS_AMOUNTS = ("total", "total_amount", "tax", "tax_amount", "net_amount", "opening_balance", "closing_balance")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple["subprocess.CompletedProcess[str]", Path]:
    folder = tmp_path_factory.mktemp("demo")
    ran = subprocess.run(
        [sys.executable, "-m", "ingestio", "demo", "--home", str(folder / "home"), "--output", str(folder / "out")],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return ran, folder / "out"


def sheets(workbook: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet by its header."""
    book = CalamineWorkbook.from_path(str(workbook))
    tables = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return {
        name: [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
        for name, rows in tables.items()
        if rows
    }


def end_of_log(log: Path) -> str:
    return log.read_text()[-5000:] if log.exists() else "No log was begun."


def test_the_demo_succeeds_and_says_what_failed_and_why(demo: tuple["subprocess.CompletedProcess[str]", Path]):
    ran, out = demo

    assert ran.returncode == 0, ran.stdout + ran.stderr + end_of_log(out.parent / "home/logs/ingestio.log")
    assert all(name in ran.stdout for name in TRUTH)
    assert "damaged" in ran.stdout


def test_the_demo_does_not_invite_into_a_system_that_stops(demo: tuple["subprocess.CompletedProcess[str]", Path]):
    ran, _ = demo

    assert "sign-in" not in ran.stdout
    assert "igt_" not in ran.stdout


def test_the_spreadsheet_holds_the_amounts_of_the_samples(demo: tuple["subprocess.CompletedProcess[str]", Path]):
    _, out = demo
    rows = [row for table in sheets(out / "demo.xlsx").values() for row in table]
    by_file: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_file.setdefault(row["file"], []).append(row)

    for name, expected in TRUTH.items():
        for field in SAYS_AMOUNTS:
            if field in expected.get("fields", {}):
                found = {row[field] for row in by_file[name] if field in row}
                assert found == {expected["fields"][field]}, (name, field)


def test_every_line_item_of_the_samples_is_a_row_of_its_own(demo: tuple["subprocess.CompletedProcess[str]", Path]):
    _, out = demo
    tables = sheets(out / "demo.xlsx")
    invoices = next(table for table in tables.values() if table and "line_items.description" in table[0])

    written = [row["line_items.amount"] for row in invoices if row["file"] == "invoice-english.pdf"]

    assert written == [item["amount"] for item in TRUTH["invoice-english.pdf"]["fields"]["line_items"]]
