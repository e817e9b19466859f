"""Cells of a sheet as XML: numbers, dates and booleans typed, text always text, limits kept and told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite

from openpyxl.utils import get_column_letter

from services.exporter.rows import Cell

MOST_CHARACTERS = 32_767  # counted in UTF-16 units, so an emoji counts twice
CUT = " … [cut: see Notes]"
LETTERS = tuple(get_column_letter(number) for number in range(1, 16_385))

_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
_MARKUP = re.compile(r"[&<>\r]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "_x000D_", "_": "_x005F_"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no zones
_FIRST_DATE = datetime(1900, 3, 1)  # noqa: DTZ001 - before it, their calendar has a day too many
_EXACT_INTEGER = 10**15  # a sheet keeps 15 digits; longer ones are text, such as account numbers


@dataclass(frozen=True)
class Styles:
    """The numbers of the workbook's styles: for headers, days, times and booleans."""

    header: int
    day: int
    time: int
    truth: int


def header_xml(headers: Iterable[str], styles: Styles) -> str:
    """The first row, a little higher than the others."""
    cells = (_text_xml(f"{letter}1", header, styles.header) for letter, header in zip(LETTERS, headers, strict=False))
    return f'<row r="1" ht="24" customHeight="1">{"".join(cells)}</row>'


def row_xml(number: int, cells: Iterable[Cell], styles: Styles) -> str:
    """One row of fitting cells. Without a value there is no cell."""
    parts = [
        _cell_xml(f"{letter}{number}", cell, styles)
        for letter, cell in zip(LETTERS, cells, strict=False)
        if cell is not None and cell != ""
    ]
    return f'<row r="{number}">{"".join(parts)}</row>'


def fitting(text: str) -> tuple[str, str | None]:
    """The text as a cell can hold it, and what had to be done to it, or None."""
    notes = []
    if _ODD.search(text):
        text, count = _ODD.subn("", text)
        notes.append(f"{count} control characters removed")
    if len(text) > MOST_CHARACTERS // 2 and (units := len(text.encode("utf-16-le")) // 2) > MOST_CHARACTERS:
        kept = text.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(CUT))].decode("utf-16-le", "ignore")
        notes.append(f"{units:,} characters cut to {MOST_CHARACTERS:,}: the JSON and CSV exports hold all of it")
        text = kept + CUT
    return text, "; ".join(notes) or None


def _cell_xml(place: str, cell: Cell, styles: Styles) -> str:
    if isinstance(cell, str):
        return _date_xml(place, cell, styles) or _text_xml(place, cell)
    if isinstance(cell, bool):
        return f'<c r="{place}" s="{styles.truth}" t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, datetime):
        return f'<c r="{place}" s="{styles.time}"><v>{_serial(cell.astimezone(UTC).replace(tzinfo=None))}</v></c>'
    if isinstance(cell, int) and abs(cell) >= _EXACT_INTEGER:
        return _text_xml(place, str(cell))
    if isinstance(cell, float) and not isfinite(cell):
        return _text_xml(place, str(cell))
    return f'<c r="{place}"><v>{cell!r}</v></c>'


def _text_xml(place: str, text: str, style: int = 0) -> str:
    if _MARKUP.search(text):
        text = _MARKUP.sub(lambda found: _ESCAPES[found[0]], text)
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _date_xml(place: str, text: str, styles: Styles) -> str | None:
    """A day `2026-11-22` or a time `2026-11-22T10:20:30` as a real date; None for any other text."""
    if len(text) not in {10, 19} or not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # the 31st of June stays the text that it is
        return None
    if moment < _FIRST_DATE:
        return None
    return f'<c r="{place}" s="{styles.day if len(text) == 10 else styles.time}"><v>{_serial(moment)}</v></c>'


def _serial(moment: datetime) -> float:
    """Days since the sheets' first day."""
    return (moment - _DAY_ZERO) / timedelta(days=1)
