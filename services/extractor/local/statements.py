"""The transactions of a bank statement: rows that begin with a date and have money."""

from typing import Any

from services.extractor.local.calendar_dates import writes_month_first
from services.extractor.local.layout import Layout, Line
from services.extractor.local.line_items import Item, described_further, goes_on
from services.extractor.local.tables import column_at, columns_of
from services.extractor.local.text import has_letters
from shared.pages import Word


def transactions_of(layout: Layout) -> list[Item]:
    """All transactions from top to bottom; rows without date and money continue the description before them."""
    columns: dict[str, tuple[float, float]] = {}
    month_first = writes_month_first([d for line in layout.lines for d in line.dates], layout.text[:4000])
    items: list[Item] = []
    for line in layout.lines:
        columns = columns_of(line) or columns
        if line.has_money and line.dates and line.dates[0].start < 3:
            items.append(_transaction(line, columns, month_first=month_first))
        elif items and not line.has_money and goes_on(items[-1], line):
            items[-1] = described_further(items[-1], line)
    return [_signed(item, items[index - 1] if index else None) for index, item in enumerate(items)]


def _transaction(line: Line, columns: dict[str, tuple[float, float]], *, month_first: bool) -> Item:
    written = line.dates[0]
    value = written.swapped if month_first and written.swapped else written.value
    values: dict[str, Any] = {"date": value.isoformat()}
    words: dict[str, tuple[Word, ...]] = {"date": line.words[:1]}
    money = [(cell, amount) for cell in line.cells for amount in cell.amounts if amount.is_money]
    for position, (cell, amount) in enumerate(money):
        kind = column_at(columns, *cell.span(amount.start, amount.end))
        if kind not in {"debit", "credit", "balance", "amount"}:
            kind = "balance" if position and position == len(money) - 1 else "amount"
        sign = -1 if kind == "debit" and amount.value > 0 else 1
        target = "balance" if kind == "balance" else "amount"
        if target not in values:
            values[target], words[target] = sign * amount.value, cell.words_at(amount.start, amount.end)
    used = {id(word) for taken in words.values() for word in taken}
    free = [word for word in line.words[1:] if id(word) not in used]
    while free and not has_letters(free[0].text, 1):  # a second date, the value date
        free = free[1:]
    values["description"], words["description"] = " ".join(word.text for word in free) or None, tuple(free)
    return Item(line, values, words)


def _signed(item: Item, before: Item | None) -> Item:
    """An unsigned amount by which the balance fell is money paid out."""
    amount, balance = item.values.get("amount"), item.values.get("balance")
    earlier = before.values.get("balance") if before else None
    if amount is None or balance is None or earlier is None or amount < 0:
        return item
    fell = abs(earlier - amount - balance) < 0.011
    return Item(item.line, {**item.values, "amount": -amount}, item.words) if fell else item
