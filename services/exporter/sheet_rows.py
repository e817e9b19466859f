"""Sheets that grow row by row into compressed files, and go on in a further sheet when one is full."""

import gzip
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from openpyxl import Workbook

from services.exporter.rows import Cell
from services.exporter.sheet_cells import LETTERS, fitting, header_xml, row_xml
from services.exporter.sheet_looks import register_styles
from services.exporter.sheet_notes import Notes
from services.exporter.sheet_titles import SheetTitles

WIDTH_SAMPLE = 500
FILTER_ARROW = 4  # the button in a header covers that many letters


@dataclass
class SheetPart:
    """One sheet of the workbook: its rows, header included, as `size` bytes of XML, gzipped in `file`."""

    title: str
    file: Path
    rows: int = 0
    size: int = 0


class Sheets:
    """All sheets of one workbook while it is written, their rows in files in `folder`. Leaving closes the files."""

    def __init__(self, folder: Path, sheet_rows: int) -> None:
        self.folder = folder
        self.sheet_rows = sheet_rows
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.styles = register_styles(self.book)
        self.notes = Notes()
        self.all: list[SheetRows] = []
        self._titles = SheetTitles()
        self._files = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, title: str, headers: Sequence[str]) -> "SheetRows":
        """Start the next sheet; it stands behind those begun before."""
        self.all.append(SheetRows(title, headers, into=self))
        return self.all[-1]

    def open_part(self, wish: str) -> tuple[SheetPart, gzip.GzipFile]:
        """A further sheet with a title like `wish`, and the file for its rows."""
        title = self._titles.unique(wish)
        part = SheetPart(title, self.folder / f"{len(self._titles)}.xml.gz")
        return part, self._files.enter_context(gzip.open(part.file, "wb", compresslevel=1))

    def close(self) -> None:
        """Finish all files, so that they can be read."""
        self._files.close()


class SheetRows:
    """The rows of one table, in as many parts as they need. Nothing of them stays in memory."""

    def __init__(self, title: str, headers: Sequence[str], *, into: Sheets) -> None:
        self.headers = [fitting(header)[0] for header in headers]
        self.widths = [len(header) + FILTER_ARROW for header in self.headers]
        self.parts: list[SheetPart] = []
        self._title = title
        self._sheets = into
        self._begin_part()

    def append(self, cells: Sequence[Cell], *, file: str) -> None:
        """Add a row. `file` is named where a note about one of its cells is needed."""
        if self._part.rows == self._sheets.sheet_rows:
            self._out.close()
            self._begin_part()
        number = self._part.rows + 1
        fitted = [
            self._fitted(cell, column, file) if isinstance(cell, str) else cell for column, cell in enumerate(cells)
        ]
        if number <= WIDTH_SAMPLE:
            self.widths = [max(*pair) for pair in zip(self.widths, map(_width, fitted), strict=True)]
        self._write(row_xml(number, fitted, self._sheets.styles))

    def _fitted(self, text: str, column: int, file: str) -> str:
        text, note = fitting(text)
        if note:
            place = f"{LETTERS[column]}{self._part.rows + 1}"
            self._sheets.notes.add(sheet=self._part.title, cell=place, file=file, note=note)
        return text

    def _begin_part(self) -> None:
        self._part, self._out = self._sheets.open_part(self._title)
        self.parts.append(self._part)
        self._write(header_xml(self.headers, self._sheets.styles))

    def _write(self, xml: str) -> None:
        raw = xml.encode()
        self._out.write(raw)
        self._part.rows += 1
        self._part.size += len(raw)


def _width(cell: Cell) -> int:
    if isinstance(cell, datetime):
        return len("2026-11-22 10:20")
    return 0 if cell is None else len(str(cell).partition("\n")[0])
