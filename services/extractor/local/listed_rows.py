"""Rows of any list with a heading: payslips, time sheets, orders, forms; whatever columns a schema asks for."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from services.extractor.local.amounts import amounts_in
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.line_items import Item
from services.extractor.local.list_headings import Asked, Column, Heading, best_heading
from services.extractor.local.list_regions import lines_of_list
from services.extractor.local.text import has_letters
from shared.pages import Word

Kind = Literal["number", "date", "text"]
CENT = 0.011


@dataclass(frozen=True)
class Listing:
    """Rows read and rows counted, with the properties no column was found for."""

    items: list[Item]
    expected: int
    without_column: tuple[str, ...]


def listed_rows(layout: Layout, asked: Asked, kinds: Mapping[str, Kind], *, name: str) -> Listing | None:
    """The rows of the list whose heading names the properties best; None when no heading does."""
    heading = best_heading(layout, asked, name=name)
    if heading is None:
        return None
    read = partial(_by_column, heading=heading, kinds=kinds)
    lines = lines_of_list(layout, heading, asked, name=name, is_row=lambda line: _is_full(read(line), kinds))
    rows = _without_sum([read(line) for line in lines], kinds)
    items = _items(rows, kinds)
    filled = {column.fills for column in heading.columns}
    return Listing(items, _expected(rows, kinds), tuple(prop for prop in asked if prop not in filled))


@dataclass(frozen=True)
class _Row:
    line: Line
    cells: dict[str, list[Word]]

    def text(self, prop: str) -> str:
        return " ".join(word.text for word in self.cells.get(prop, ()))


def _by_column(line: Line, heading: Heading, kinds: Mapping[str, Kind]) -> _Row:
    found: dict[str, list[Word]] = {}
    for cell in line.cells:
        if heading.left <= cell.box[0] < heading.right:
            for column, words in _places(cell, heading.columns, kinds):
                if column.fills:
                    found.setdefault(column.fills, []).extend(words)
    return _Row(line, found)


def _places(
    cell: Cell, columns: Sequence[Column], kinds: Mapping[str, Kind]
) -> Iterator[tuple[Column, Sequence[Word]]]:
    """The column of a cell; word by word where the cell reaches under several headings, no words into numbers."""
    under = [column for column in columns if min(column.right, cell.box[2]) > max(column.left, cell.box[0])]
    parts = [part for word in cell.row.words for part in _parts(word)]
    if len(under) < 2 or len(parts) < 2:
        yield _nearest(columns, cell.box[0], cell.box[2]), cell.row.words
        return
    texts = [column for column in under if kinds.get(column.fills or "", "text") == "text"] or under
    for word in parts:
        figures = any(map(str.isdigit, word.text))
        yield _nearest(under if figures else texts, word.x0, word.x1), [word]


def _parts(word: Word) -> Iterator[Word]:
    """The words of a piece of text that an OCR engine took for one, their places estimated from their lengths."""
    width = (word.x1 - word.x0) / max(len(word.text), 1)
    place = 0
    for part in word.text.split(" "):
        left = word.x0 + place * width
        yield replace(word, text=part, x0=left, x1=left + len(part) * width)
        place += len(part) + 1


def _nearest(columns: Sequence[Column], left: float, right: float) -> Column:
    def away(column: Column) -> float:
        shared = min(column.right, right) - max(column.left, left)
        edge = min(abs(column.left - left), abs(column.right - right))
        return edge - (1.0 + shared if shared > 0 else 0.0)

    return min(columns, key=away)


def _is_full(row: _Row, kinds: Mapping[str, Kind]) -> bool:
    """Whether a row has a value of its own, more than a piece of text that continues the one above."""
    typed = [prop for prop, kind in kinds.items() if kind != "text"]
    if not typed:
        return bool(row.cells)
    return any(_value(row.text(prop), kinds[prop]) is not None for prop in typed)


def _items(rows: Sequence[_Row], kinds: Mapping[str, Kind]) -> list[Item]:
    items: list[Item] = []
    for row in rows:
        if _is_full(row, kinds):
            items.append(_item(row, kinds))
        elif items and _is_near(row.line, items[-1].line):
            items[-1] = _continued(items[-1], row, kinds)
    return items


def _is_near(line: Line, above: Line) -> bool:
    return line.page == above.page and line.box[1] - above.box[3] < 1.2 * max(line.height, above.height)


def _item(row: _Row, kinds: Mapping[str, Kind]) -> Item:
    values = {prop: _value(row.text(prop), kind) for prop, kind in kinds.items()}
    words = {prop: tuple(row.cells[prop]) for prop in kinds if prop in row.cells}
    return Item(row.line, values, words)


def _continued(item: Item, row: _Row, kinds: Mapping[str, Kind]) -> Item:
    """A wrapped text goes on in the row below."""
    values, words = dict(item.values), dict(item.words)
    for prop in row.cells:
        if kinds[prop] == "text" and values.get(prop):
            values[prop] = f"{values[prop]} {row.text(prop)}"
            words[prop] = (*words.get(prop, ()), *row.cells[prop])
    return Item(row.line, values, words)


def _value(text: str, kind: Kind) -> Any:
    if kind == "text" or not text:
        return text or None
    if kind == "number":
        if hours := _clock(text):
            return hours
        amounts = amounts_in(text)
        letters = sum(char.isalpha() for char in text)
        return amounts[0].value if amounts and letters <= 4 else None
    return text if any(map(str.isdigit, text)) else None


def _clock(text: str) -> float | None:
    """Hours written as a clock writes them: 7:30 is 7.5."""
    hours, colon, minutes = text.strip().partition(":")
    return (
        int(hours) + int(minutes) / 60
        if colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2
        else None
    )


def _without_sum(rows: Sequence[_Row], kinds: Mapping[str, Kind]) -> Sequence[_Row]:
    """Without a last row that is the sum of those above it, whatever it is called."""
    full = [row for row in rows if _is_full(row, kinds)]
    for prop in (prop for prop, kind in kinds.items() if kind == "number"):
        values = [_value(row.text(prop), "number") or 0.0 for row in full]
        if len(values) > 2 and values[-1] and abs(sum(values[:-1]) - values[-1]) < CENT:
            return rows[: rows.index(full[-1])]
    return rows


def _expected(rows: Sequence[_Row], kinds: Mapping[str, Kind]) -> int:
    """How many rows have something in the column that is filled most often and is no running text."""
    typed = [prop for prop, kind in kinds.items() if kind != "text"] or list(kinds)
    filled = Counter(
        prop
        for row in rows
        for prop in typed
        if has_letters(row.text(prop), 1) or any(map(str.isdigit, row.text(prop)))
    )
    return max(filled.values(), default=0)
