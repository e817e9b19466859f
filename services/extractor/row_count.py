"""Counts the rows of tables from the layout alone, so that what a model leaves out is noticed."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from services.extractor.page_index import compact
from services.extractor.printed import days
from shared.page_rows import Row, rows_of
from shared.pages import Pages

MONEY = re.compile(r"(?<!\d)\d[\d.,' ]*[.,] ?\d{2}(?!\d)")
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
COLUMN = 0.02  # of the page's width: amounts whose right ends are so close stand in one column
DATED_ROWS = 5  # with so many, rows that begin with a date are the list
SUMS = frozenset({
    "TOTAL", "SUBTOTAL", "SUMME", "ZWISCHENSUMME", "GESAMT", "NETTO", "BRUTTO", "BETRAG", "MWST", "UST", "VAT",
    "TAX", "GST", "SST", "TVA", "IVA", "BTW", "TTC", "CASH", "CHANGE", "TUNAI", "BAKI", "JUMLAH", "ROUNDING",
    "TENDERED", "BALANCE", "SALDO", "DUE", "DISCOUNT", "RABATT", "SHIPPING", "VERSAND", "PAID", "BEZAHLT", "VISA",
    "MASTERCARD", "BARGELD", "RUECKGELD", "MONTANT", "IMPORTE", "IMPONIBILE", "TOTALE",
    "SUBTOTAAL", "BEDRAG",
})  # fmt: skip
CARRIED = (
    "OPENINGBALANCE", "CLOSINGBALANCE", "PREVIOUSBALANCE", "BROUGHTFORWARD", "CARRIEDFORWARD", "BALANCEFORWARD",
    "KONTOSTAND", "UBERTRAG", "ANFANGSSALDO", "ENDSALDO", "ANCIENSOLDE", "NOUVEAUSOLDE", "SOLDEINITIAL", "SOLDEFINAL",
    "SALDOINICIAL", "SALDOFINAL", "SALDOINIZIALE", "SALDOFINALE", "BEGINSALDO", "EINDSALDO", "BAKIAWAL", "BAKIAKHIR",
)  # fmt: skip


class Amount(NamedTuple):
    """An amount of a row and where it ends, in fractions of the page's width."""

    row: int
    right: float


def rows_by_page(pages: Pages) -> list[int]:
    """How many table rows each page has: rows with an amount in the busiest column of amounts, above the sums.

    A row alone counts when it has two amounts, such as a price and its product. In doubt a row is not counted.
    """
    found = [rows_of(page) for page in pages.pages]
    dated = sum(_is_dated(row) for rows in found for row in rows) >= DATED_ROWS
    return [sum(map(_is_dated, rows)) if dated else _undated(rows) for rows in found]


def _is_dated(row: Row) -> bool:
    text = row.text
    begins = any(start <= 2 and day.day for start, _, day in days(text))
    return begins and bool(_money(text)) and not any(word in compact(text) for word in CARRIED)


def _undated(rows: Sequence[Row]) -> int:
    items = _above_sums(rows)
    amounts = [amount for number, row in items for amount in _amounts(number, row)]
    column = _busiest(amounts)
    return len(column) if len(column) > 1 or len(amounts) > 1 else 0


def _above_sums(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """The rows with amounts and something beside them, down to the first sum after one of them."""
    items: list[tuple[int, Row]] = []
    for number, row in enumerate(rows):
        if not _money(row.text):
            continue
        if _is_sum(row):
            if items:
                break
        elif _says_more(row):
            items.append((number, row))
    return items


def _is_sum(row: Row) -> bool:
    words = [compact(word) for part in row.words for word in part.text.split()]
    return any(word in SUMS for word in words) or any(
        sign in compact(row.text) for sign in ("TOTAL", "SUMME", "NETAMOUNT", "NETTOBETRAG", "BASEIMPONIBLE", *CARRIED)
    )


def _says_more(row: Row) -> bool:
    rest = MONEY.sub("", row.text)
    return sum(sign.isalpha() for sign in rest) >= 3 or len(_money(row.text)) > 1 or bool(re.search(r"\d", rest))


def _money(text: str) -> list[str]:
    """The amounts with two decimals; 01.04 in a date is none."""
    return MONEY.findall(DATE.sub(" ", text))


def _amounts(number: int, row: Row) -> list[Amount]:
    return [Amount(number, word.x1) for word in row.words if _money(word.text)]


def _busiest(amounts: list[Amount]) -> set[int]:
    """The rows of the column with most amounts."""
    columns = ({other.row for other in amounts if abs(other.right - one.right) <= COLUMN} for one in amounts)
    return max(columns, key=len, default=set())
