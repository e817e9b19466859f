"""Exports as CSV: RFC 4180, one table for all document types, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.exporter.formulas import neutralised
from services.exporter.rows import Cell
from services.exporter.stored import Document
from services.exporter.table import Table


class CsvOptions(BaseModel):
    """For Excel: `bom` tells it that the text is UTF-8; where it writes 1,5 it parts columns by semicolons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bom: bool = False
    delimiter: Literal[",", ";", "\t"] = ","
    decimal: Literal[".", ","] = "."


PLAIN = CsvOptions()
_WRITTEN_BY_ITSELF = {".": frozenset({int, float, NoneType}), ",": frozenset({int, NoneType})}


def write_csv(documents: Iterable[Document], *, table: Table, target: Path, options: CsvOptions) -> int:
    """Write every row as it comes, in constant memory, and return how many."""
    rows = 0
    with _writer(target, options) as writer:
        writer.writerow([neutralised(header) for header in table.headers])
        for document in documents:
            for row in table.rows(document):
                writer.writerow(row_text(row, decimal=options.decimal))
                rows += 1
    return rows


def row_text(row: Iterable[Cell], *, decimal: str) -> list[Cell]:
    """Each cell as `csv_text` has it, or as it is where the csv module writes the same of it: most text, and numbers."""
    by_itself = _WRITTEN_BY_ITSELF[decimal]
    return [
        cell
        if (isinstance(cell, str) and cell[:1].isalnum()) or type(cell) in by_itself
        else csv_text(cell, decimal=decimal)
        for cell in row
    ]


def csv_text(cell: Cell, *, decimal: str = ".") -> str:
    """Text is neutralised; numbers, but for `decimal`, and booleans are written as in JSON; a time is UTC; nothing is nothing."""
    if isinstance(cell, str):
        return neutralised(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return repr(cell).replace(".", decimal)


@contextmanager
def _writer(target: Path, options: CsvOptions) -> Iterator[Any]:
    with target.open("w", encoding="utf-8-sig" if options.bom else "utf-8", newline="") as file:
        yield csv.writer(file, delimiter=options.delimiter, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
