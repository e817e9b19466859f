"""The items of invoices and receipts: one for each row of a table that has an amount."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.extractor.local.amounts import Amount
from services.extractor.local.keywords import CASH, CHANGE, QUANTITY, ROUNDING, SUMMARY
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.tables import Table, column_at, is_end, tables_of
from services.extractor.local.text import has_letters, mentions
from shared.pages import Word

TIMES = re.compile(r"(?<![\w.])(\d{1,4}(?:[.,]\d{1,3})?)\s?[xX*\u00d7@]\s?(?:RM|[$€£])?\s?(\d+[.,]\d{2})(?!\d)")
COLUMNS = ("quantity", "unit_price", "amount", "balance", "debit", "credit")


@dataclass(frozen=True)
class Item:
    """One row: its values by field, and the words each was read from."""

    line: Line
    values: dict[str, Any]
    words: dict[str, tuple[Word, ...]] = field(default_factory=dict)


def line_items_of(layout: Layout) -> list[Item]:
    """All items from top to bottom; from the rows above the totals where no heading names columns."""
    items = [item for table in tables_of(layout) if _is_item_table(table) for item in _items_in(table)]
    return items or _items_in(Table(None, {}, tuple(_rows_without_heading(layout))))


def _is_item_table(table: Table) -> bool:
    header = table.header
    return (
        header is not None
        and not mentions(header.text, SUMMARY)
        and set(table.columns) - {"tax", "amount", "date"} != set()
    )


def _rows_without_heading(layout: Layout) -> Iterator[Line]:
    """From the first row with money to the first row of totals, with the row before it."""
    money = next((line.index for line in layout.lines if line.has_money and not line.dates), None)
    if money is None:
        return
    for line in layout.lines[max(money - 1, 0) :]:
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
        if item is None:
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


def _read_row(line: Line, columns: dict[str, tuple[float, float]]) -> Item | None:
    values: dict[str, Any] = {}
    words: dict[str, tuple[Word, ...]] = {}
    loose: list[tuple[Cell, Amount]] = []
    for cell, amount in _numbers(line):
        kind = column_at(columns, *cell.span(amount.start, amount.end))
        if kind in COLUMNS and kind not in values and (amount.is_money or kind != "amount"):
            values[kind], words[kind] = amount.value, cell.words_at(amount.start, amount.end)
        elif amount.is_money and kind is None:
            loose.append((cell, amount))
    if "amount" not in values and loose:
        cell, amount = loose[-1]
        values["amount"], words["amount"] = amount.value, cell.words_at(amount.start, amount.end)
    if "amount" not in values or _is_note(line):
        return None
    _complete(line, values, words, loose[:-1])
    values["description"], words["description"] = _own_description(line, words)
    return Item(line, values, words)


def _numbers(line: Line) -> Iterator[tuple[Cell, Amount]]:
    for cell in line.cells:
        for amount in cell.amounts:
            if not amount.percent:
                yield cell, amount


def _is_note(line: Line) -> bool:
    return mentions(line.text, ROUNDING) or (
        mentions(line.text, ("TOTALQTY", "TOTQTY")) and mentions(line.text, QUANTITY)
    )


def _complete(
    line: Line, values: dict[str, Any], words: dict[str, tuple[Word, ...]], loose: Sequence[tuple[Cell, Amount]]
) -> None:
    """Quantity and unit price from `2 x 3.50`, or where one of them follows from the others on the same row."""
    if match := TIMES.search(line.text):
        values.setdefault("quantity", float(match[1].replace(",", ".")))
        values.setdefault("unit_price", float(match[2].replace(",", ".")))
    for cell, amount in loose:
        quantity = values.get("quantity")
        if "unit_price" not in values and quantity and abs(quantity * amount.value - values["amount"]) < 0.02:
            values["unit_price"], words["unit_price"] = amount.value, cell.words_at(amount.start, amount.end)


def _own_description(line: Line, taken: dict[str, tuple[Word, ...]]) -> tuple[str | None, tuple[Word, ...]]:
    """The words left of the first number that was taken and not a part of another value."""
    used = {id(word) for words in taken.values() for word in words}
    left = min((word.x0 for words in taken.values() for word in words), default=1.0)
    free = [word for word in line.words if id(word) not in used]
    before = [word for word in free if word.x0 < left]
    chosen = before if has_letters(" ".join(w.text for w in before)) else [w for w in free if has_letters(w.text, 3)]
    text = TIMES.sub("", " ".join(word.text for word in chosen)).strip(" |:-*")
    return (text or None), tuple(chosen)


def _has_words(item: Item) -> bool:
    return has_letters(str(item.values.get("description") or ""), 3)


def _description_text(line: Line) -> str:
    return " ".join(cell.text for cell in line.cells if has_letters(cell.text, 2))


def _described(item: Item, text: str) -> Item:
    own = str(item.values.get("description") or "")
    described = f"{own} {text}".strip() if has_letters(own) else text
    return Item(item.line, {**item.values, "description": described or None}, item.words)
