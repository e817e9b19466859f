"""Amounts with what stands beside, above and around them: the material for finding totals."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.extractor.local.amounts import Amount
from services.extractor.local.currencies import CODES
from services.extractor.local.keywords import DUE, GROSS, NET, QUANTITY, SUMMARY, TAX, TAX_IDENTITY, TOTAL
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.text import first_mention, has_letters, mentions

COLUMN_WORDS = (
    *TOTAL,
    *NET,
    *GROSS,
    *DUE,
    *TAX,
    *QUANTITY,
    "AMOUNT",
    "AMT",
    "PRICE",
    "BETRAG",
    "PREIS",
    "PRIX",
    "BEDRAG",
    "IMPORTE",
    "BASE",
    "RM",
    "BASIS",
)
REACH = 40  # lines a column heading holds at most without being repeated
SUMMARY_REACH = 6


@dataclass(frozen=True)
class LabeledAmount:
    """An amount of money with its labels: to its left, at the head of its column, or borrowed from a row beside it."""

    amount: Amount
    cell: Cell
    label: str
    column: str
    borrowed: bool
    in_summary: bool
    is_last: bool

    @property
    def value(self) -> float:
        return self.amount.value


def labeled_amounts(layout: Layout) -> list[LabeledAmount]:
    """Every amount of money of the document, from top to bottom."""
    return list(_walk(layout))


def _walk(layout: Layout) -> Iterator[LabeledAmount]:
    header: Line | None = None
    summary = -SUMMARY_REACH
    for line in layout.lines:
        if header and (line.page != header.page or line.index - header.index > REACH):
            header = None
        if mentions(line.text, SUMMARY):
            summary = line.index
        if is_header(line):
            header = line
        in_summary = line.index - summary < SUMMARY_REACH
        money = list(_money(line))
        for cell, amount in money:
            label = _left_label(line, cell, amount)
            borrowed = "" if has_letters(label) else _borrowed_label(layout, line)
            alone = not has_letters(cell.text[: amount.start], 4)  # an amount inside a text stands in no column
            in_table = alone and (
                not has_letters(label) or sum(not a.percent for c in line.cells for a in c.amounts) > 1
            )
            column = column_label(header, *cell.span(amount.start, amount.end)) if header and in_table else ""
            if column == "%":
                continue  # a rate without its sign
            is_last = amount is money[-1][1]
            yield LabeledAmount(amount, cell, borrowed or label, column, bool(borrowed), in_summary, is_last)


def is_header(line: Line) -> bool:
    """Whether a line names columns: at least two of its cells or words are column words, and no money is in it."""
    if line.has_money or not line.has_letters or mentions(line.text, TAX_IDENTITY):
        return False
    words = [word for part in line.row.words for word in part.text.split()]
    named = max(
        sum(first_mention(word, COLUMN_WORDS) is not None for word in words),
        sum(first_mention(cell.text, COLUMN_WORDS) is not None for cell in line.cells),
    )
    return named >= 2 and len(words) <= 24 and (len(line.cells) > 1 or named >= len(words) / 2)


def column_label(header: Line, left: float, right: float) -> str:
    """The words of a heading that stand over the span, else the nearest one; with those beside them if they tell nothing."""
    over: list[str] = []
    nearest, distance = "", 0.08
    for cell in header.cells:
        start, known = 0, len(over)
        for word in cell.text.split(" "):
            x0, x1 = cell.span(start, start + len(word))
            start += len(word) + 1
            if min(x1, right) - max(x0, left) > 0:
                over.append(word)
            away = abs(x0 + x1 - left - right) / 2
            if away < distance:
                nearest, distance = word, away
        if len(over) > known and first_mention(" ".join(over[known:]), COLUMN_WORDS) is None:
            over[known:] = [cell.text]
    return " ".join(over) or nearest


def _money(line: Line) -> Iterator[tuple[Cell, Amount]]:
    for cell in line.cells:
        for amount in cell.amounts:
            if amount.is_money:
                yield cell, amount


def _is_mark(text: str) -> bool:
    """Too little to be a label: a currency, a code of two letters, a number."""
    return not has_letters(text, 3) or text.strip(" .:") in CODES


def _left_label(line: Line, cell: Cell, amount: Amount) -> str:
    """The nearest words to the left, back to the previous amount of money."""
    parts: list[str] = []
    for other in line.cells:
        if other is cell:
            before = [a.end for a in cell.amounts if a.is_money and a.end <= amount.start]
            parts = [] if before else parts
            parts.append(cell.text[max(before, default=0) : amount.start])
            break
        money = [a.end for a in other.amounts if a.is_money]
        parts = [other.text[money[-1] :]] if money and not has_letters(other.text, 4) else [*parts, other.text]
    nearest = next((index for index in range(len(parts) - 1, -1, -1) if not _is_mark(parts[index])), 0)
    return " ".join(parts[nearest:])


def _borrowed_label(layout: Layout, line: Line) -> str:
    """The label of a row beside an amount that stands alone: above first, then below."""
    if sum(amount.is_money for cell in line.cells for amount in cell.amounts) > 1:
        return ""
    for index in (line.index - 1, line.index + 1):
        if 0 <= index < len(layout.lines):
            other = layout.lines[index]
            if other.page == line.page and other.has_letters and not other.has_money and not is_header(other):
                return other.text
    return ""
