"""Invoices that name their sender in an unusual place, or in one place only; each way draws both parties and a foot."""

from collections.abc import Callable, Mapping
from typing import Any

from bench.invented.invoice_contents import Invoice
from bench.invented.letterheads import DIRECTOR, PEOPLE
from bench.invented.paper import LEFT, MIDDLE, RIGHT, WIDTH, Sheet, width_of
from bench.invented.writing import Author
from services.extractor.local.names import LEGAL_FORM
from services.extractor.local.text import compact

Phrases = Mapping[str, Any]
FOOT = 790.0
SMALL = 7.0


def window(sheet: Sheet, told: Invoice, y: float = 120, x: float = LEFT) -> float:
    """The customer's address without a label."""
    return sheet.lines(x, y, [told.customer, *told.customer_address], size=10)


def title(sheet: Sheet, author: Author, y: float = 44) -> None:
    sheet.text(RIGHT, y, author.label("title"), size=18, right=True)


def host_of(told: Invoice) -> str:
    """A domain made of the name as people make them: its words together."""
    return f"{compact(LEGAL_FORM.sub('', told.vendor)).lower()}.example"


def logo_in_words(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """The name as logo in the middle or on the right, a slogan with it, contacts at the foot."""
    x = author.random.choice((MIDDLE, WIDTH / 2 - 60, LEFT))
    y = sheet.text(x, 26, told.vendor, size=24)
    sheet.text(x, y, words["slogan"], size=8)
    sheet.lines(LEFT, FOOT, [*told.vendor_address, f"{author.fixed('phone')} 0555 204 118"], size=SMALL)
    sheet.lines(MIDDLE, FOOT, [author.fixed("bank"), author.fixed("tax_id")], size=SMALL)
    return window(sheet, told)


def footer_sentence(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Only the sentence the law asks for, at the foot."""
    title(sheet, author)
    street, town = told.vendor_address
    sheet.text(LEFT, FOOT, words["registered"].format(name=told.vendor, street=street, town=town), size=SMALL)
    return window(sheet, told)


def bank_block(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Only the account to pay into."""
    title(sheet, author)
    sheet.lines(LEFT, FOOT - 60, ["Banque Fontaine", words["account"].format(name=told.vendor), author.fixed("bank")])
    return window(sheet, told)


def payable_to(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A sentence that asks to pay, and a web address."""
    title(sheet, author)
    sheet.text(LEFT, FOOT - 40, words["cheque"].format(name=told.vendor))
    sheet.text(LEFT, FOOT, f"www.{host_of(told)}", size=SMALL)
    return window(sheet, told)


def sold_by(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Name and address in one sentence, below the customer's."""
    title(sheet, author)
    y = window(sheet, told, 80)
    street, town = told.vendor_address
    return sheet.text(LEFT, y + 12, words["soldby"].format(name=told.vendor, street=street, town=town))


def inline_labels(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Each party on a line of its own behind its label, without an address."""
    title(sheet, author, 30)
    y = sheet.text(LEFT, 90, f"{words['from']}: {told.vendor}")
    return sheet.text(LEFT, y + 4, f"{words['billto']}: {told.customer}")


def parties_table(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Two columns of a form, each row with its label on the left."""
    title(sheet, author, 30)
    rows = [("", words["seller"], words["buyer"]), ("Name", told.vendor, told.customer)]
    rows.append((words["street"], ", ".join(told.vendor_address), ", ".join(told.customer_address)))
    y = 90.0
    for label, vendor, customer in rows:
        sheet.text(LEFT, y, label)
        sheet.text(LEFT + 70, y, vendor)
        y = sheet.text(MIDDLE, y, customer) + 3
    return y


def no_postcodes(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Addresses without a postcode; the sender's on the right with a mail address."""
    mine, theirs = words["noplaces"]
    contacts = [told.vendor, *mine, f"info@{host_of(told)}", "+356 2555 0142"]
    sheet.lines(RIGHT, 34, contacts, right=True)
    title(sheet, author, 120)
    y = sheet.text(LEFT, 120, author.label("to") + author.colon, size=8)
    return sheet.lines(LEFT, y, [told.customer, *theirs])


def signed(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """Below the sums, as at the end of a letter."""
    title(sheet, author)
    sheet.lines(LEFT, FOOT - 70, [words["regards"], told.vendor, author.random.choice(PEOPLE)])
    sheet.text(LEFT, FOOT, f"{author.fixed('tax_id')} · {author.fixed('bank')}", size=SMALL)
    return window(sheet, told)


def thanked(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A word of thanks and the rights reserved."""
    title(sheet, author)
    sheet.text(LEFT, FOOT - 40, words["thanks"].format(name=told.vendor))
    sheet.text(LEFT, FOOT, f"© {told.issued.year} {told.vendor}", size=SMALL)
    return window(sheet, told)


def tax_number_beside(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """One small line with name, tax number and register."""
    title(sheet, author)
    sheet.text(LEFT, 30, f"{told.vendor} - {author.fixed('tax_id')} - {words['companies']}", size=SMALL)
    return window(sheet, told)


def titled(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """The name in the heading of the document."""
    sheet.text(LEFT, 40, words["titled"].format(name=told.vendor), size=18)
    sheet.text(LEFT, FOOT, f"info@{host_of(told)} · {author.fixed('phone')} 0555 204 118", size=SMALL)
    return window(sheet, told)


def customer_first(sheet: Sheet, author: Author, told: Invoice, _words: Phrases) -> float:
    """The customer on the top left, the sender small on the right with contacts and a person to ask."""
    window(sheet, told, 40)
    contacts = [told.vendor, *told.vendor_address, f"{author.fixed('phone')} 0555 204 118", f"info@{host_of(told)}"]
    end = sheet.lines(MIDDLE + 40, 40, [*contacts, author.random.choice(PEOPLE)], size=8)
    return sheet.text(LEFT, end + 20, author.label("title"), size=16)


def spread_letters(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A logo with its letters apart; at the foot the name as it is written."""
    sheet.text(LEFT, 30, " ".join(told.vendor.upper().replace(" ", "")), size=16)
    director = f"{DIRECTOR.get(author.language[:2], 'Director')}: {author.random.choice(PEOPLE)}"
    sheet.lines(LEFT, FOOT, [told.vendor, *told.vendor_address], size=SMALL)
    sheet.lines(MIDDLE, FOOT, [director, words["companies"], author.fixed("tax_id")], size=SMALL)
    return window(sheet, told)


def one_person(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A name, a profession, an address and a mail address, centred."""
    rows = [(told.vendor, 14.0), (words["job"], 9.0), (", ".join(told.vendor_address), 8.0)]
    y = 30.0
    for text, size in [*rows, (f"mail@{host_of(told)}", 8.0)]:
        y = sheet.text((WIDTH - width_of(text, size)) / 2, y, text, size=size)
    end = window(sheet, told, 130)
    return sheet.text(LEFT, end + 12, author.label("title"), size=14)


def slogan_above(sheet: Sheet, author: Author, told: Invoice, words: Phrases) -> float:
    """A slogan on top, the name under it, and who wrote the document."""
    sheet.text(LEFT, 22, words["slogan"], size=9)
    sheet.text(LEFT, 36, told.vendor, size=13)
    sheet.lines(MIDDLE + 60, 60, [author.random.choice(PEOPLE), "Tel. 0555 204 118"], size=8)
    return window(sheet, told)


STRANGE: dict[str, Callable[[Sheet, Author, Invoice, Phrases], float]] = {
    draw.__name__.replace("_", " "): draw
    for draw in (
        logo_in_words, footer_sentence, bank_block, payable_to, sold_by, inline_labels, parties_table, no_postcodes,
        signed, thanked, tax_number_beside, titled, customer_first, spread_letters, one_person, slogan_above,
    )
}  # fmt: skip
