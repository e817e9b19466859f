"""A last round of unusual places for the sender's name, looked at once when all other rules stood."""

from collections.abc import Callable

from bench.invented.invoice_contents import Invoice
from bench.invented.letterheads import PEOPLE
from bench.invented.paper import LEFT, MIDDLE, RIGHT, WIDTH, Sheet, width_of
from bench.invented.strange_letterheads import FOOT, SMALL, Phrases, host_of, title, window
from bench.invented.writing import Author


def bank_table(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A table of payment data, label and value in cells of their own."""
    title(sheet, author)
    for y, label, value in ((FOOT - 60, words["recipient"], told.vendor), (FOOT - 46, "IBAN", author.fixed("bank"))):
        sheet.text(LEFT, y, label)
        sheet.text(LEFT + 110, y, value)
    return window(sheet, told)


def slashes(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """Name and address in one centred line with strokes between."""
    text = " / ".join((told.vendor, *told.vendor_address))
    sheet.text((WIDTH - width_of(text, 8)) / 2, 30, text, size=8)
    title(sheet, author, 60)
    return window(sheet, told)


def ornaments(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """The name between ornaments, a telephone number under it."""
    sheet.text(WIDTH / 2 - 90, 28, f"~ {told.vendor} ~", size=12)
    sheet.text(WIDTH / 2 - 40, 46, "0555 204 118", size=8)
    title(sheet, author, 70)
    return window(sheet, told)


def tagline_behind(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """What the company does, on the same line."""
    sheet.text(LEFT, 34, f"{told.vendor} \u2013 {words['tagline']}", size=12)
    title(sheet, author, 70)
    return window(sheet, told)


def initials(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """Initials as logo, the name small below them."""
    sheet.text(
        RIGHT - 60, 24, "".join(word[0].upper() for word in told.vendor.split() if word[0].isalpha())[:3], size=30
    )
    sheet.lines(RIGHT - 120, 62, [told.vendor, *told.vendor_address], size=8)
    title(sheet, author, 110)
    return window(sheet, told, 130)


def contact_at(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A person to ask and where they work; a mail address with the name in it."""
    title(sheet, author)
    told_by = words["contact"].format(name=told.vendor, person=author.random.choice(PEOPLE))
    sheet.lines(LEFT, FOOT - 20, [told_by, f"service@{host_of(told)}"], size=8)
    return window(sheet, told)


def due_to(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A sentence on when to pay whom."""
    title(sheet, author)
    sheet.text(LEFT, FOOT - 30, words["receipt"].format(name=told.vendor))
    sheet.text(LEFT, FOOT, author.fixed("bank"), size=SMALL)
    return window(sheet, told)


def end_of_page(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """Name, address and telephone at the lower right, as under a letter."""
    title(sheet, author)
    sheet.lines(MIDDLE + 60, FOOT - 40, [told.vendor, *told.vendor_address, "0555 204 118"], size=8)
    return window(sheet, told)


FRESH: dict[str, Callable[[Sheet, Author, Invoice, Phrases], float]] = {
    draw.__name__.replace("_", " "): draw
    for draw in (bank_table, slashes, ornaments, tagline_behind, initials, contact_at, due_to, end_of_page)
}
