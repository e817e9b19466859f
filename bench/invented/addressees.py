"""To whom an invoice goes: windows, labelled blocks, both sides beside each other."""

from collections.abc import Callable

from bench.invented.invoice_contents import Invoice
from bench.invented.letterheads import PEOPLE
from bench.invented.paper import LEFT, MIDDLE, Sheet
from bench.invented.writing import Author

FOR_THE_ATTENTION = {
    "de": "z. Hd.", "fr": "À l'attention de", "es": "A la atención de", "it": "c.a.", "nl": "T.a.v.", "pl": "Sz. P.", "sv": "Att:",
}  # fmt: skip


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


def _customer_attention(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """A person between the name and the address."""
    person = f"{FOR_THE_ATTENTION.get(author.language[:2], 'Attn:')} {author.random.choice(PEOPLE)}"
    return sheet.lines(LEFT, y, [told.customer, person, *told.customer_address], size=10)


def _customer_beside_label(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """The label left of the block, as in a form."""
    sheet.text(LEFT, y, author.label("to") + author.colon)
    return sheet.lines(LEFT + 130, y, [told.customer, *told.customer_address])


def _customer_beside_sender(sheet: Sheet, author: Author, told: Invoice, y: float) -> float:
    """The sender without a label, the customer with one, at the same height."""
    sheet.lines(LEFT, y, [told.vendor, *told.vendor_address, f"{author.fixed('phone')} 0555 204 118"])
    end = sheet.text(MIDDLE - 60, y, author.label("to"))
    return sheet.lines(MIDDLE - 60, end, [told.customer, *told.customer_address]) + 12


CUSTOMERS: dict[str, Callable[[Sheet, Author, Invoice, float], float]] = {
    "window": _customer_window,
    "labelled": _customer_labelled,
    "right": _customer_right,
    "beside": _customer_beside,
    "facing": _customer_facing,
    "attention": _customer_attention,
    "beside the label": _customer_beside_label,
    "beside the sender": _customer_beside_sender,
}
