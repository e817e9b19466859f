"""Invoices: letterheads, address windows, meta data, tables and sums, put together in every way."""

from collections.abc import Callable
from random import Random

from bench.invented import Invented
from bench.invented.invoice_contents import Invoice, invoice_told, truth_of
from bench.invented.paper import WIDTH, Sheet
from bench.invented.writing import Author, languages
from shared.pages import Pages

LEFT, RIGHT = 50.0, WIDTH - 50
MIDDLE = 330.0


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
        "foot": random.choice(("columns", "line", "none")),
    }
    y = HEADS[layout["head"]](sheet, author, told)
    below = CUSTOMERS[layout["customer"]](sheet, author, told, max(y, 110) + random.choice((8, 25)))
    y = METAS[layout["meta"]](sheet, author, told, below + 18)
    y = _items(sheet, author, told, y + 22)
    y = _sums(sheet, author, told, y + 10, style=layout["sums"])
    _foot(sheet, author, told, y + 30, style=_needed_foot(layout))
    return Invented(
        f"invoice-{seed}", "invoice", language, Pages(pages=(sheet.page(),)), truth_of(author, told), layout
    )


def _head_left(sheet: Sheet, author: Author, told: Invoice) -> float:
    y = sheet.text(LEFT, 40, told.vendor, size=16)
    y = sheet.lines(LEFT, y, [*told.vendor_address, f"{author.fixed('phone')} 0555 204 118"])
    sheet.text(RIGHT, 44, author.label("title"), size=18, right=True)
    return y


def _head_right(sheet: Sheet, author: Author, told: Invoice) -> float:
    sheet.text(LEFT, 44, author.label("title"), size=20)
    lines = [told.vendor, *told.vendor_address, f"{author.fixed('phone')} 0555 204 118", author.fixed("tax_id")]
    return sheet.lines(RIGHT, 42, lines, right=True)


def _head_line(sheet: Sheet, author: Author, told: Invoice) -> float:
    """The sender in one small line above the address window, the name big above the rest."""
    sheet.text(WIDTH / 2 - 60, 36, told.vendor, size=15)
    return sheet.text(
        LEFT, 110, author.random.choice((" · ", " - ", ", ")).join((told.vendor, *told.vendor_address)), size=6
    )


def _head_centred(sheet: Sheet, author: Author, told: Invoice) -> float:
    y = sheet.text(WIDTH / 2 - 70, 34, told.vendor, size=15)
    y = sheet.text(WIDTH / 2 - 100, y, f"{told.vendor_address[0]}, {told.vendor_address[1]}", size=8)
    return sheet.text(WIDTH / 2 - 30, y + 18, author.label("title"), size=14)


def _head_none(sheet: Sheet, author: Author, _told: Invoice) -> float:
    """A logo that is a picture: the vendor's name stands in the footer only."""
    return sheet.text(RIGHT, 60, author.label("title"), size=18, right=True)


def _customer_window(sheet: Sheet, _author: Author, told: Invoice, y: float) -> float:
    return sheet.lines(LEFT, y, [told.customer, *told.customer_address], size=10)


def _customer_labelled(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    y = sheet.text(LEFT, y, author.label("to") + author.colon, size=8)
    return sheet.lines(LEFT, y, [told.customer, *told.customer_address])


def _customer_right(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    y = sheet.text(MIDDLE, y, author.label("to") + author.colon, size=8)
    return sheet.lines(MIDDLE, y, [told.customer, *told.customer_address])


def _customer_beside(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """Bill to beside ship to; the goods may go to somebody else."""
    other = [author.draw("customers"), *told.customer_address]
    sheet.lines(MIDDLE, sheet.text(MIDDLE, y, author.label("ship"), size=8), other)
    return sheet.lines(LEFT, sheet.text(LEFT, y, author.label("to"), size=8), [told.customer, *told.customer_address])


def _customer_facing(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """Both sides labelled, side by side, with tax numbers below."""
    vendor = [told.vendor, *told.vendor_address, author.fixed("tax_id")]
    sheet.lines(LEFT, sheet.text(LEFT, y, author.label("from") + author.colon), vendor)
    end = sheet.text(MIDDLE, y, author.label("to") + author.colon)
    return sheet.lines(MIDDLE, end, [told.customer, *told.customer_address]) + 14


def _meta(author: Author, told: Invoice) -> list[tuple[str, str]]:
    pairs = [
        (author.label("number"), told.number),
        (author.label("date"), author.day(told.issued)),
        (author.label("due"), author.day(told.due)),
    ]
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


def _items(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
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


def _sums(sheet: Sheet, author: Author, told: Invoice, y: float, *, style: str) -> float:
    rate = f"{told.rate:g}" if author.language[:2] == "en" else f"{told.rate:g}".replace(".", ",")
    rows = [
        (author.label("net"), told.net),
        (author.label("tax").format(rate=rate), told.tax),
        (author.label("total"), told.total),
    ]
    if author.marked == "none":
        y = sheet.text(LEFT, y, author.names_currency(), size=8)
    if style == "under columns":
        step = 150
        for index, (label, value) in enumerate(rows):
            sheet.text(LEFT + 140 + index * step, y, label, right=True)
            sheet.text(LEFT + 140 + index * step, y + 14, author.money(value, sum_of_all=True), right=True)
        return y + 30
    if style == "tax table":
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


def _needed_foot(layout: dict[str, str]) -> str:
    """Where no head names the vendor the foot has to."""
    named = layout["head"] != "none" or layout["customer"] == "facing"
    return layout["foot"] if named or layout["foot"] != "none" else "columns"


def _foot(sheet: Sheet, author: Author, told: Invoice, y: float, *, style: str) -> None:
    y = max(y, 770.0)
    if style == "line":
        parts = (told.vendor, *told.vendor_address, author.fixed("tax_id"))
        sheet.text(LEFT, y, " | ".join(parts), size=7)
    elif style == "columns":
        sheet.lines(LEFT, y, [told.vendor, *told.vendor_address], size=7)
        sheet.lines(LEFT + 180, y, [f"{author.fixed('phone')} 0555 204 118", author.fixed("tax_id")], size=7)
        sheet.lines(LEFT + 340, y, [author.fixed("bank")], size=7)


HEADS: dict[str, Callable[[Sheet, Author, Invoice], float]] = {
    "left": _head_left,
    "right": _head_right,
    "line": _head_line,
    "centred": _head_centred,
    "none": _head_none,
}
CUSTOMERS: dict[str, Callable[[Sheet, Author, Invoice, float], float]] = {
    "window": _customer_window,
    "labelled": _customer_labelled,
    "right": _customer_right,
    "beside": _customer_beside,
    "facing": _customer_facing,
}
METAS: dict[str, Callable[[Sheet, Author, Invoice, float], float]] = {
    "list": _meta_list,
    "pairs": _meta_pairs,
    "row": _meta_row,
    "sentence": _meta_sentence,
}
