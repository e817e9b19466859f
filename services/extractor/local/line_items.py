"""The items of invoices and receipts: one for each row of a table that has an amount."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from services.extractor.local.amounts import Amount
from services.extractor.local.keywords import CASH, CHANGE, QUANTITY, ROUNDING
from services.extractor.local.layout import Cell, Line
from services.extractor.local.tables import Table, column_at, is_end, is_item_table, tables_of
from services.extractor.local.text import has_letters, mentions
from shared.pages import Word

TIMES = re.compile(r"(?<![\w.])(\d{1,4}(?:[.,]\d{1,3})?)\s?[xX*\u00d7@]\s?(?:RM|[$€£])?\s?(\d+[.,]\d{2})(?!\d)")

INDENT = 0.015  # of the page width, by which a description may begin left of its heading

CLOSE = 0.55  # of the height of a row: the space between the lines of one description

Number = tuple[Cell, Amount]


@dataclass(frozen=True)
class Item:
    """One row: its values by field, and the words each was read from."""

    line: Line
    values: dict[str, Any]
    words: dict[str, tuple[Word, ...]] = field(default_factory=dict)


def line_items_of(lines: Sequence[Line]) -> list[Item]:
    """All items from top to bottom; from the rows above the totals where no heading names columns."""
    items = [item for table in tables_of(lines) if _is_item_table(table) for item in _items_in(table)]
    items = items or _down_to_sum(_items_in(Table(None, {}, tuple(_rows_without_heading(lines)))))
    return _without_positions(items)


def _down_to_sum(items: list[Item]) -> list[Item]:
    """Without a heading: the items before the row that is their sum, whatever OCR made of its label."""
    added = 0.0
    for place, item in enumerate(items):
        if place > 1 and abs(added - item.values["amount"]) < 0.011:
            return items[:place]
        added += item.values["amount"]
    return items


def _is_item_table(table: Table) -> bool:
    return table.header is not None and is_item_table(table.columns, table.header)


def _rows_without_heading(lines: Sequence[Line]) -> Iterator[Line]:
    """From the first row with money to the first row of totals, with the row before it."""
    money = next((place for place, line in enumerate(lines) if line.has_money and not line.dates), None)
    if money is None:
        return
    for line in lines[max(money - 1, 0) :]:
        if is_end(line) or (mentions(line.text, (*CASH, *CHANGE)) and line.has_money):
            return
        yield line


def _items_in(table: Table) -> list[Item]:
    """Rows with an amount are items; rows without complete the description of the item before or behind them."""
    items: list[Item] = []
    pending: list[str] = []
    text_first = bool(table.rows) and _read_row(table.rows[0], table.columns) is None
    for line in table.rows:
        item = _read_row(line, table.columns)
        if item and items and (more := _times_of(line, items[-1])):
            items[-1] = more
        elif item is None and items and not text_first and goes_on(items[-1], line):
            items[-1] = described_further(items[-1], line)
        elif item is None:
            pending.append(_description_text(line))
            if items and not text_first and not _has_words(items[-1]):
                items[-1] = _described(items[-1], pending.pop())
        elif not _has_words(item) and pending and text_first:
            items.append(_described(item, pending[-1]))
            pending = []
        else:
            items.append(item)
            pending = []
    return items


def goes_on(item: Item, line: Line) -> bool:
    """Whether a row is the wrapped rest of a description: set under its beginning, close, with nothing beside it."""
    begin = item.words.get("description")
    if not begin or len(line.cells) > 1 or line.page != item.line.page or has_letters(line.text, 40):
        return False
    lowest = max(item.line.box[3], begin[-1].y1)
    close = line.box[1] - lowest < CLOSE * line.height
    return close and abs(line.box[0] - min(word.x0 for word in begin)) < INDENT / 3


def described_further(item: Item, line: Line) -> Item:
    """The item with a row that goes on with its description."""
    values = {**item.values, "description": f"{item.values['description']} {line.text}"}
    return Item(item.line, values, {**item.words, "description": (*item.words["description"], *line.words)})


def _read_row(line: Line, columns: dict[str, tuple[float, float]]) -> Item | None:
    """The values of a row; None for a row without an amount.

    Two numbers whose product is the amount are quantity and price wherever they stand; else columns tell.
    """
    numbers = [(cell, amount) for cell in line.cells for amount in cell.amounts if not amount.percent]
    last = _amount_of(numbers, columns)
    if last is None:
        return None
    taken = {"amount": last, **(_factors(numbers, last) or _by_column(numbers, last, columns))}
    if "unit_price" not in taken and _is_note(line):
        return None
    values: dict[str, Any] = {kind: amount.value for kind, (_, amount) in taken.items()}
    words = {kind: cell.words_at(amount.start, amount.end) for kind, (cell, amount) in taken.items()}
    if match := TIMES.search(line.text):
        values.setdefault("quantity", float(match[1].replace(",", ".")))
        values.setdefault("unit_price", float(match[2].replace(",", ".")))
    values["description"], words["description"] = _own_description(line, words, columns)
    return Item(line, values, words)


def _times_of(line: Line, before: Item) -> Item | None:
    """The item before with its quantity and price, where this row only says `6 x 5.30` of its amount."""
    match = TIMES.search(line.text)
    if not match or has_letters(TIMES.sub("", line.text), 3) or "unit_price" in before.values:
        return None
    quantity, price = (float(part.replace(",", ".")) for part in match.groups())
    if abs(quantity * price - before.values["amount"]) > 0.011:
        return None
    return Item(before.line, {**before.values, "quantity": quantity, "unit_price": price}, before.words)


def _amount_of(numbers: Sequence[Number], columns: dict[str, tuple[float, float]]) -> Number | None:
    """The number in the amount column, else the last with cents."""
    money = [n for n in numbers if n[1].is_money]
    if "amount" in columns:
        inside = [n for n in money if column_at(columns, *n[0].span(n[1].start, n[1].end)) == "amount"]
        money = inside or [n for n in money if column_at(columns, *n[0].span(n[1].start, n[1].end)) is None]
    return money[-1] if money else None


def _factors(numbers: Sequence[Number], last: Number) -> dict[str, Number] | None:
    """Quantity and unit price whose product is the amount; of several pairs the one nearest to the amount."""
    others = [n for n in reversed(numbers) if n is not last and n[1].value]
    for second, first in combinations(others, 2):
        if abs(first[1].value * second[1].value - last[1].value) < 0.011:
            quantity, price = (second, first) if first[1].decimals == 2 > second[1].decimals else (first, second)
            return {"quantity": quantity, "unit_price": price} if price[1].decimals >= 2 else None
    return None


def _by_column(numbers: Sequence[Number], last: Number, columns: dict[str, tuple[float, float]]) -> dict[str, Number]:
    taken: dict[str, Number] = {}
    for cell, amount in numbers:
        kind = column_at(columns, *cell.span(amount.start, amount.end))
        if kind in {"quantity", "unit_price"} and kind not in taken and amount is not last[1]:
            taken[kind] = (cell, amount)
    return taken


def _is_note(line: Line) -> bool:
    """Rounding and counts of pieces have a number too, and are no items."""
    count = mentions(line.text, ("TOTALQTY", "TOTQTY")) and mentions(line.text, QUANTITY)
    return count or (mentions(line.text, ROUNDING) and len(line.text.split()) < 5)


def _own_description(
    line: Line, taken: dict[str, tuple[Word, ...]], columns: dict[str, tuple[float, float]]
) -> tuple[str | None, tuple[Word, ...]]:
    """The words under the heading of descriptions, else those left of the first number taken; none of another value."""
    used = {id(word) for words in taken.values() for word in words}
    left = min((word.x0 for words in taken.values() for word in words), default=1.0)
    free = [word for word in line.words if id(word) not in used]
    before = [word for word in free if word.x0 < left]
    chosen = _under_description(line, free, taken, columns)
    if not has_letters(" ".join(word.text for word in chosen)):
        chosen = (
            before if has_letters(" ".join(w.text for w in before)) else [w for w in free if has_letters(w.text, 3)]
        )
    text = TIMES.sub("", " ".join(word.text for word in chosen)).strip(" |:-*")
    return (text or None), tuple(chosen)


def _under_description(
    line: Line, free: list[Word], taken: dict[str, tuple[Word, ...]], columns: dict[str, tuple[float, float]]
) -> list[Word]:
    """The free words from the left edge of the descriptions to the next value."""
    if "description" not in columns:
        return []
    begin = columns["description"][0] - INDENT
    ends = [word.x0 for words in taken.values() for word in words if word.x0 > begin]
    inside = [cell for cell in line.cells if begin <= cell.box[0] < min(ends, default=1.0)]
    words = {id(word) for cell in inside for word in cell.row.words}
    return [word for word in free if id(word) in words]


def _without_positions(items: list[Item]) -> list[Item]:
    """Descriptions without the running number in front, where all rows have one."""
    texts = [str(item.values.get("description") or "") for item in items]
    if not items or any(not re.match(rf"{index}[.)]?\s", text) for index, text in enumerate(texts, 1)):
        return items
    return [
        Item(item.line, {**item.values, "description": text.split(maxsplit=1)[1]}, item.words)
        for item, text in zip(items, texts, strict=True)
    ]


def _has_words(item: Item) -> bool:
    return has_letters(str(item.values.get("description") or ""), 3)


def _description_text(line: Line) -> str:
    return " ".join(cell.text for cell in line.cells if has_letters(cell.text, 2))


def _described(item: Item, text: str) -> Item:
    own = str(item.values.get("description") or "")
    described = f"{own} {text}".strip() if has_letters(own) else text
    return Item(item.line, {**item.values, "description": described or None}, item.words)
