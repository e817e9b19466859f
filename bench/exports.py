"""What an export of 1,000,000 rows of 12 columns costs, and whether every row is in it.

    python -m bench.exports [--rows 1000000] [--format xlsx] [--layout normal] [--office]

Writes the file in a process of its own, whose memory is measured; then reads it back (Excel by python-calamine, or by
LibreOffice) and compares the number of rows and a checksum over all cells of the columns that were put in.
"""

import argparse
import csv
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.exporter.export_file import write_export
from services.exporter.rows import ExportDocument

FIELDS = ("number", "date", "supplier", "city", "currency", "net", "tax", "total", "rate")  # and file, type, status
ITEMS = 50
_AS_SHOWN_UTF8_ALL_SHEETS = "44,34,76,1,,0,false,true,false,false,false,-1"


def invoice(n: int) -> dict[str, Any]:
    day = (date(2026, 1, 1) + timedelta(days=n % 365)).isoformat()
    values = (f"R-{n}", day, "Müller & Söhne, Öl", "Köln", "EUR", n + 0.25, n / 4, n + 0.5, 19)
    return dict(zip(FIELDS, values, strict=True))


def documents(rows: int, layout: str) -> Iterator[ExportDocument]:
    each = ITEMS if layout == "multi_row" else 1
    for n in range(rows // each):
        data = invoice(n) if each == 1 else {"lines": [invoice(n * each + item) for item in range(each)]}
        yield ExportDocument(
            document_id=UUID(int=n),
            batch_id=UUID(int=1),
            batch_name="b",
            file_name=f"invoice-{n}.pdf",
            document_type="invoice",
            status="completed",
            data=data,
        )


def write(options: argparse.Namespace) -> None:
    began = time.monotonic()
    summary = write_export(
        lambda: documents(options.rows, options.layout),
        format=options.format,
        layout=options.layout,
        target=options.target,
    )
    took, peak = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = options.target.stat().st_size / 1e6
    print(
        f"{options.format} {options.layout}: {summary.rows:,} rows in {took:.0f} s ({summary.rows / took:,.0f}/s),"
        f" {size:.0f} MB, peak memory {peak:.0f} MB",
        flush=True,
    )


def read_back(file: Path, way: str) -> tuple[int, str]:
    """How many rows, and a checksum over their values."""
    checksum, count = hashlib.sha256(), 0
    for row in {"xlsx": _sheets, "csv": _lines, "json": _objects, "office": _shown_by_libreoffice}[way](file):
        checksum.update(repr([_plain(row[name]) for name in FIELDS]).encode())
        count += 1
    return count, checksum.hexdigest()


def expected(rows: int) -> tuple[int, str]:
    checksum = hashlib.sha256()
    for n in range(rows):
        checksum.update(repr([_plain(value) for value in invoice(n).values()]).encode())
    return rows, checksum.hexdigest()


def _plain(value: Any) -> str:
    """As text without what formats differ in: 19 and 19.0, a date and its name."""
    try:
        return f"{float(value):.6f}"
    except (TypeError, ValueError):
        return str(value)[:10] if isinstance(value, date) else str(value)


def _sheets(file: Path) -> Iterator[dict[str, Any]]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # the writing process does not need it

    book = CalamineWorkbook.from_path(file)
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).iter_rows()
        headers = [str(header).rpartition(".")[2] for header in next(rows)]
        for row in rows:
            yield dict(zip(headers, row, strict=True))


def _shown_by_libreoffice(file: Path) -> Iterator[dict[str, Any]]:
    """What LibreOffice shows in each sheet, in their order: a later one has a longer name."""
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    sheets = f"csv:Text - txt - csv (StarCalc):{_AS_SHOWN_UTF8_ALL_SHEETS}"
    command = ("soffice", profile, "--headless", "--convert-to", sheets, "--outdir", file.parent, file)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # made here
    for sheet in sorted(file.parent.glob("*.csv"), key=lambda sheet: (len(sheet.name), sheet.name)):
        yield from _lines(sheet)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {header.rpartition(".")[2]: value for header, value in row.items()}


def _objects(file: Path) -> Iterator[dict[str, Any]]:
    for entry in json.loads(file.read_bytes()):
        yield entry.get("item") or entry["data"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("xlsx", "csv", "json"), default="xlsx")
    parser.add_argument("--layout", choices=("normal", "multi_row"), default="normal")
    parser.add_argument("--office", action="store_true", help="Let LibreOffice read the workbook.")
    parser.add_argument("--target", type=Path, help="Write this file only; what the measured process is told.")
    options = parser.parse_args()
    if options.target:
        write(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"export.{options.format}"
        subprocess.run([sys.executable, "-m", "bench.exports", *sys.argv[1:], "--target", target], check=True)  # noqa: S603  # itself
        found, wanted = read_back(target, "office" if options.office else options.format), expected(options.rows)
    print(f"read back: {found[0]:,} rows, checksum {'equal' if found == wanted else 'DIFFERENT'}")
    sys.exit(found != wanted)


if __name__ == "__main__":
    main()
