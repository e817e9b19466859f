"""More unusual places for the sender's name, kept apart: measured first before any rule knew them."""

from collections.abc import Callable

from bench.invented.invoice_contents import Invoice
from bench.invented.letterheads import PEOPLE
from bench.invented.paper import LEFT, MIDDLE, RIGHT, Sheet
from bench.invented.strange_letterheads import FOOT, SMALL, Phrases, host_of, title, window
from bench.invented.writing import Author


def two_rows(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A logo whose name takes two rows."""
    first, _, rest = told.vendor.partition(" ")
    sheet.lines(LEFT, 26, [first, rest] if rest else [first], size=20)
    sheet.text(LEFT, FOOT, f"{words['mail']}: info@{host_of(told)}", size=SMALL)
    title(sheet, author, 90)
    return window(sheet, told)


def details(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Both parties under headings that are no labels of a name."""
    title(sheet, author, 30)
    mine = [words["issuer"], told.vendor, *told.vendor_address]
    sheet.lines(LEFT, 90, mine)
    return sheet.lines(MIDDLE, 90, [words["client"], told.customer, *told.customer_address])


def tax_sentence(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A sentence about taxes at the foot."""
    title(sheet, author)
    sheet.text(LEFT, FOOT, words["vat"].format(name=told.vendor), size=SMALL)
    return window(sheet, told)


def questions(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Whom to ask, and a mail address."""
    title(sheet, author)
    sheet.text(LEFT, FOOT - 30, f"{words['questions'].format(name=told.vendor)} info@{host_of(told)}")
    return window(sheet, told)


def order_placed(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A subject line above the table; the name in a web address too."""
    title(sheet, author)
    y = window(sheet, told)
    sheet.text(LEFT, FOOT, f"www.{host_of(told)}", size=SMALL)
    return sheet.text(LEFT, y + 10, words["ordered"].format(name=told.vendor), size=11)


def slip(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A slip to send back."""
    title(sheet, author)
    sheet.text(LEFT, FOOT - 30, words["slip"].format(name=told.vendor))
    sheet.lines(LEFT, FOOT - 16, [*told.vendor_address], size=8)
    return window(sheet, told)


def running_head(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """One line on top with name, title and page."""
    sheet.text(LEFT, 20, f"{told.vendor} | {author.label('title')} | {words['page']}", size=8)
    y = sheet.text(LEFT, 90, f"{words['for']} {told.customer}")
    return sheet.lines(LEFT, y, [*told.customer_address])


def narrow_column(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Contacts in a narrow column on the right, the name above them, each kind with its word."""
    sheet.text(MIDDLE + 90, 40, told.vendor, size=12)
    rows = [words["address"], *told.vendor_address, author.fixed("phone"), "0555 204 118", words["mail"]]
    sheet.lines(MIDDLE + 90, 60, [*rows, f"info@{host_of(told)}"], size=8)
    return window(sheet, told)


def two_addresses(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """Two addresses side by side without any label; the sender's again at the foot."""
    sheet.lines(LEFT, 70, [told.vendor, *told.vendor_address])
    sheet.text(LEFT, FOOT, ", ".join((told.vendor, *told.vendor_address, author.fixed("tax_id"))), size=SMALL)
    end = sheet.lines(MIDDLE, 70, [told.customer, *told.customer_address])
    return sheet.text(LEFT, end + 20, author.label("title"), size=14)


def person_in_charge(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """The name small in the middle of the foot between a person, a bank and a telephone."""
    title(sheet, author)
    y = sheet.text(RIGHT, 100, f"{author.random.choice(PEOPLE)}, {author.fixed('phone')} 0555 204 118", right=True)
    sheet.lines(LEFT, FOOT, ["Banque Fontaine", author.fixed("bank")], size=SMALL)
    sheet.lines(LEFT + 190, FOOT, [told.vendor, *told.vendor_address], size=SMALL)
    sheet.lines(LEFT + 380, FOOT, [author.random.choice(PEOPLE), author.fixed("tax_id")], size=SMALL)
    return window(sheet, told, y)


KEPT: dict[str, Callable[[Sheet, Author, Invoice, Phrases], float]] = {
    draw.__name__.replace("_", " "): draw
    for draw in (
        two_rows, details, tax_sentence, questions, order_placed, slip, running_head, narrow_column, two_addresses,
        person_in_charge,
    )
}  # fmt: skip
