"""Invoices: letterheads, address windows, meta data, tables and sums, put together in every way."""

from collections.abc import Callable
from random import Random

from bench.invented import Invented
from bench.invented.addressees import CUSTOMERS
from bench.invented.invoice_contents import Invoice, invoice_told, truth_of
from bench.invented.letterheads import FEET, HEADS
from bench.invented.paper import LEFT, MIDDLE, RIGHT, Sheet
from bench.invented.writing import Author, languages
from shared.pages import Pages

OF_DAY = {
    "de": "vom",
    "fr": "du",
    "es": "del",
    "it": "del",
    "nl": "van",
    "pl": "z dnia",
    "pt": "de",
    "sv": "den",
    "da": "af",
    "cs": "ze dne",
}


def invoice(seed: int) -> Invented:
    """One invoice. The language goes round with the seed, everything else is drawn."""
    random = Random(seed)  # invents documents, guards nothing
    language = list(languages())[seed % len(languages())]
    author = Author(language, random)
    told = invoice_told(author)
    sheet = Sheet()
    layout = {
        "head": random.choice(list(HEADS)),
        "customer": random.choice(list(CUSTOMERS)),
        "meta": random.choice(list(METAS)),
        "sums": random.choice(("right", "right", "words left", "under columns", "tax table")),
        "foot": random.choice(list(FEET)),
    }
    y = HEADS[layout["head"]](sheet, author, told)
    begin = max(y, 110) + random.choice((8, 25))
    below = begin if "customer" in told.omits else CUSTOMERS[layout["customer"]](sheet, author, told, begin)
    y = METAS[layout["meta"]](sheet, author, told, below + 18)
    y = items_table(sheet, author, told, y + 22)
    y = sums_block(sheet, author, told, y + 10, style=layout["sums"])
    FEET[_needed_foot(layout, told)](sheet, author, told, max(y + 30, 770))
    return Invented(
        f"invoice-{seed}", "invoice", language, Pages(pages=(sheet.page(),)), truth_of(author, told), layout
    )


def _meta(author: Author, told: Invoice) -> list[tuple[str, str]]:
    pairs = [(author.label("number"), told.number), (author.label("date"), author.day(told.issued))]
    if "due" not in told.omits:
        pairs.append((author.label("due"), author.day(told.due)))
    extra = [(author.label("customer_number"), "10" + told.order[:3]), (author.label("order"), told.order)]
    return [*extra, *pairs] if author.random.random() < 0.3 else [*pairs, *extra[: author.random.randrange(3)]]


def _meta_list(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    for label, value in _meta(author, told):
        y = sheet.text(LEFT, y, f"{label}{author.colon} {value}")
    return y


def _meta_pairs(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """Labels and values in two columns on the right."""
    for label, value in _meta(author, told):
        sheet.text(MIDDLE, y, label + author.colon)
        y = sheet.text(RIGHT, y, value, right=True)
    return y


def _meta_row(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """A row of labels with the values below."""
    pairs = _meta(author, told)
    step = (RIGHT - LEFT) / len(pairs)
    for index, (label, value) in enumerate(pairs):
        sheet.text(LEFT + index * step, y, label, size=8)
        sheet.text(LEFT + index * step, y + 13, value)
    return y + 26


def _meta_sentence(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """The number in the heading, the date apart from it."""
    first, second, *rest = _meta(author, told)
    pairs = dict([first, second, *rest])
    number = author.label("number")
    sheet.text(RIGHT, y, f"{author.label('date')}{author.colon} {pairs.pop(author.label('date'))}", right=True)
    y = sheet.text(LEFT, y, f"{number} {pairs.pop(number)}", size=13)
    return sheet.lines(LEFT, y, [f"{label}: {value}" for label, value in pairs.items()])


def items_table(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    random = author.random
    columns = {"description": LEFT, "quantity": 350.0, "unit_price": 440.0, "amount": RIGHT}
    if random.random() < 0.4:
        sheet.text(LEFT, y, author.column("pos"), size=8)
        columns["description"] = LEFT + 30
    if random.random() < 0.25:
        columns["quantity"], columns["description"] = LEFT + 50, LEFT + 80
    for name, x in columns.items():
        sheet.text(x, y, author.column(name), size=8, right=name != "description")
    y += 16
    for index, (name, quantity, price, amount) in enumerate(told.items, 1):
        if columns["description"] == LEFT + 30:
            sheet.text(LEFT, y, str(index))
        first, _, rest = name.rpartition(" ") if random.random() < 0.15 else (name, "", "")
        sheet.text(columns["description"], y, first or name)
        count = f"{quantity:g}" if quantity == int(quantity) else author.number(quantity)[:-1]
        sheet.text(columns["quantity"], y, count, right=True)
        sheet.text(columns["unit_price"], y, author.money(price), right=True)
        y = sheet.text(columns["amount"], y, author.money(amount), right=True) + 4
        if first and rest:
            y = sheet.text(columns["description"], y - 4, rest) + 4
    return y


def sums_block(sheet: Sheet, author: Author, told: Invoice, y: float, *, style: str) -> float:
    rate = f"{told.rate:g}" if author.language[:2] == "en" else f"{told.rate:g}".replace(".", ",")
    rows = [(author.label("total"), told.total)]
    if "tax" not in told.omits:
        rows = [(author.label("net"), told.net), (author.label("tax").format(rate=rate), told.tax), *rows]
    if author.marked == "none":
        y = sheet.text(LEFT, y, author.names_currency(), size=8)
    if style == "under columns":
        step = 150
        for index, (label, value) in enumerate(rows):
            sheet.text(LEFT + 140 + index * step, y, label, right=True)
            sheet.text(LEFT + 140 + index * step, y + 14, author.money(value, sum_of_all=True), right=True)
        return y + 30
    if style == "tax table" and "tax" not in told.omits:
        y = _tax_table(sheet, author, told, y, rate)
    for label, value in rows:
        x = LEFT if style == "words left" else MIDDLE + 20
        sheet.text(x, y, label + (author.colon if style == "right" else ""))
        y = sheet.text(RIGHT, y, author.money(value, sum_of_all=True), right=True) + 2
    return y


def _tax_table(sheet: Sheet, author: Author, told: Invoice, y: float, rate: str) -> float:
    """The taxes by rate, left of the sums, with one rate only."""
    sheet.text(LEFT, y, "%")
    sheet.text(LEFT + 90, y, author.label("net"), right=True)
    sheet.text(LEFT + 190, y, author.label("tax").format(rate="").replace("%", "").strip(" ()@"), right=True)
    sheet.text(LEFT, y + 14, rate)
    sheet.text(LEFT + 90, y + 14, author.number(told.net), right=True)
    sheet.text(LEFT + 190, y + 14, author.number(told.tax), right=True)
    return y + 40


def _needed_foot(layout: dict[str, str], told: Invoice) -> str:
    """Where no head names the vendor the foot has to."""
    beside = layout["customer"] in ("facing", "beside the sender") and "customer" not in told.omits
    named = layout["head"] != "none" or beside
    return layout["foot"] if named or layout["foot"] != "none" else "columns"


def _meta_of_day(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """Number and day in one heading: Rechnung 4711 vom 3. Mai 2024."""
    number, day, *rest = sorted(_meta(author, told), key=lambda pair: pair[0] not in _first_labels(author))
    of = OF_DAY.get(author.language[:2], "of")
    y = sheet.text(LEFT, y, f"{number[0]} {number[1]} {of} {day[1]}", size=13)
    return sheet.lines(LEFT, y, [f"{label}{author.colon} {value}" for label, value in rest])


def _first_labels(author: Author) -> tuple[str, str]:
    return author.label("number"), author.label("date")


def _meta_grid(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """Two pairs of label and value in a row."""
    for index, (label, value) in enumerate(_meta(author, told)):
        left = LEFT if index % 2 == 0 else MIDDLE - 40
        sheet.text(left, y + index // 2 * 14, label + author.colon)
        sheet.text(left + 120, y + index // 2 * 14, value)
    return y + 48


METAS: dict[str, Callable[[Sheet, Author, Invoice, float], float]] = {
    "list": _meta_list,
    "pairs": _meta_pairs,
    "row": _meta_row,
    "sentence": _meta_sentence,
    "of the day": _meta_of_day,
    "grid": _meta_grid,
}
