"""Puts rows into the empty sheets of a workbook: a copy of its zip in which each sheet has got its data."""

import gzip
import re
from functools import partial
from pathlib import Path
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

from services.exporter.progress import Progress
from services.exporter.sheet_looks import dress
from services.exporter.sheet_rows import SheetPart, Sheets

_NO_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_NO_SIZE = re.compile(rb'<dimension ref="[^"]*"\s*/>')


def write_package(sheets: Sheets, *, target: Path, progress: Progress) -> None:
    """Write the workbook with its sheets in the order they were begun. Their rows are streamed, a megabyte at a time."""
    progress.phase = "packing"
    sheets.close()
    parts: dict[str, tuple[SheetPart, str]] = {}
    for rows in sheets.all:
        for part in rows.parts:
            sheet = sheets.book.create_sheet(part.title)
            dress(sheet, headers=rows.headers, widths=rows.widths, rows=part.rows)
            name = f"xl/worksheets/sheet{len(parts) + 1}.xml"  # openpyxl numbers the files in the order of the sheets
            parts[name] = part, f"A1:{get_column_letter(len(rows.headers))}{part.rows}"
    shell = sheets.folder / "shell.xlsx"
    sheets.book.save(shell)
    with ZipFile(shell) as empty, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=4) as full:
        for entry in empty.infolist():
            if entry.filename in parts:
                _write_sheet(full, entry.filename, empty.read(entry), *parts[entry.filename], progress=progress)
            else:
                full.writestr(entry.filename, empty.read(entry))


def _write_sheet(full: ZipFile, name: str, empty: bytes, part: SheetPart, extent: str, *, progress: Progress) -> None:
    before, after = _NO_ROWS.split(empty)
    big = part.size + len(empty) > ZIP64_LIMIT
    with full.open(name, "w", force_zip64=big) as sheet, gzip.open(part.file) as rows:
        sheet.write(_NO_SIZE.sub(f'<dimension ref="{extent}"/>'.encode(), before))
        sheet.write(b"<sheetData>")
        for piece in iter(partial(rows.read, 1 << 20), b""):
            progress.look()
            sheet.write(piece)
        sheet.write(b"</sheetData>" + after)
