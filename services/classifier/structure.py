"""What the shape of a document says about its type, apart from its words."""

import re
from collections.abc import Iterator

from shared.page_rows import Row
from shared.pages import Pages

AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)")
DATE_FIRST = re.compile(r"^\W*\d{1,4}[./ -]?(\d{1,2}|[A-Za-z]{3,9})[./ -]?\d{0,4}\b")
CLOCK = re.compile(r"\b([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?\b")
MACHINE_READABLE = re.compile(r"[A-Z0-9]{2,}<{2,}[A-Z0-9<]*")
YEARS = re.compile(r"\b(19|20)\d{2}\s*[-/\u2013\u2014]\s*((19|20)\d{2}|[A-Za-z]{3,})")
BLANK = re.compile(r"_{4,}|\.{8,}|[☐☑☒□]|\[\s?[xX]?\s?\]")
CLAUSE = re.compile(r"^\s*(§\s*)?\d{1,2}(\.\d{1,2})?[.)]?\s+[A-Z]")


def shapes(pages: Pages, rows: list[Row]) -> Iterator[tuple[str, float, str]]:
    """Yields (type, weight, what was seen) for each shape that speaks for a type, or with less than 0 against it."""
    texts = [row.text for row in rows]
    amounts = sum(bool(AMOUNT.search(text)) for text in texts)
    yield from _receipt(pages, texts)
    if sum(bool(DATE_FIRST.match(text) and AMOUNT.search(text)) for text in texts) >= 5:
        yield "bank_statement", 2.5, "many rows with a date and an amount"
    if any(MACHINE_READABLE.search(text.replace(" ", "")) for text in texts[-6:]):
        yield "identity_document", 6, "a machine-readable zone"
    if sum(bool(YEARS.search(text)) for text in texts) >= 2 and amounts == 0:
        yield "resume", 2, "spans of years and no amounts"
    if sum(len(BLANK.findall(text)) for text in texts) >= 3:
        yield "form", 2.5, "blanks or boxes to fill in"
    if sum(bool(CLAUSE.match(text)) for text in texts) >= 4 and amounts <= 3:
        yield "contract", 2, "numbered clauses"


def _receipt(pages: Pages, texts: list[str]) -> Iterator[tuple[str, float, str]]:
    if len(pages.pages) > 1 or not texts:
        return
    page = pages.pages[0]
    narrow = page.height > 1.7 * page.width
    clock = any(CLOCK.search(text) for text in texts)
    short = len(texts) > 8 and sorted(map(len, texts))[len(texts) * 3 // 4] <= 34
    if narrow:
        yield "receipt", 2, "a long narrow page"
    if clock:
        yield "receipt", 1, "a time of day"
    if short:
        yield "receipt", 1.5, "short rows"
    if narrow or (clock and short):
        yield "invoice", -3, "the look of a till receipt, which may call itself a tax invoice"
