"""Who sends an invoice, on its paper: letterheads at the top, company data at the foot."""

from collections.abc import Callable

from bench.invented.invoice_contents import Invoice
from bench.invented.paper import LEFT, MIDDLE, RIGHT, WIDTH, Sheet
from bench.invented.writing import Author

PEOPLE = ("Ines Radtke", "Colin Mayhew", "Odile Garnier", "Piotr Sawicki", "Lotte Brandsma", "Marta Oliveira")
DIRECTOR = {"de": "Geschäftsführer", "fr": "Gérant", "es": "Administrador", "it": "Amministratore", "nl": "Directeur"}
CONTACT = {
    "de": "Ihr Ansprechpartner",
    "fr": "Votre contact",
    "es": "Su contacto",
    "it": "Referente",
    "nl": "Contactpersoon",
}
COURT = {"de": "Amtsgericht Rheinfurt HRB 4711", "fr": "RCS Nantes 512 004 118", "nl": "KvK 27104118"}


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


def _head_contacts(sheet: Sheet, author: Author, told: Invoice) -> float:
    """The sender in one small line on the left; on the right whom to ask, and how."""
    told_by = [told.vendor, *told.vendor_address, "", _contact(author), f"{author.fixed('phone')} 0555 204 118"]
    sheet.lines(MIDDLE + 70, 40, [*told_by, f"info@{_host(told)}", f"www.{_host(told)}"], size=8)
    return sheet.text(LEFT, 116, " • ".join((told.vendor, *told.vendor_address)), size=6)


def _head_banner(sheet: Sheet, author: Author, told: Invoice) -> float:
    """The name large, and small behind it what the company says of itself."""
    end = sheet.text(LEFT, 30, told.vendor, size=22)
    sheet.text(LEFT, end, f"www.{_host(told)}", size=8)
    return sheet.text(RIGHT, end + 24, f"{author.label('title')}", size=12, right=True)


def _foot_none(_sheet: Sheet, _author: Author, _told: Invoice, _y: float) -> None:
    """Nothing."""


def _foot_line(sheet: Sheet, author: Author, told: Invoice, y: float) -> None:
    sheet.text(LEFT, y, " | ".join((told.vendor, *told.vendor_address, author.fixed("tax_id"))), size=7)


def _foot_columns(sheet: Sheet, author: Author, told: Invoice, y: float) -> None:
    sheet.lines(LEFT, y, [told.vendor, *told.vendor_address], size=7)
    sheet.lines(LEFT + 180, y, [f"{author.fixed('phone')} 0555 204 118", author.fixed("tax_id")], size=7)
    sheet.lines(LEFT + 340, y, [author.fixed("bank")], size=7)


def _foot_register(sheet: Sheet, author: Author, told: Invoice, y: float) -> None:
    """Four columns with names that are not the vendor's: the bank's and the director's."""
    director = f"{DIRECTOR.get(author.language[:2], 'Director')}: {author.random.choice(PEOPLE)}"
    sheet.lines(LEFT, y, [told.vendor, *told.vendor_address], size=7)
    sheet.lines(LEFT + 135, y, [f"{author.fixed('phone')} 0555 204 118", f"info@{_host(told)}"], size=7)
    sheet.lines(LEFT + 260, y, ["Banque Fontaine", author.fixed("bank")], size=7)
    court = COURT.get(author.language[:2], author.fixed("tax_id"))
    sheet.lines(LEFT + 400, y, [court, director, author.fixed("tax_id")], size=7)


def _contact(author: Author) -> str:
    return f"{CONTACT.get(author.language[:2], 'Your contact')}: {author.random.choice(PEOPLE)}"


def _host(told: Invoice) -> str:
    """A domain made of the first words of the name."""
    words = [word for word in told.vendor.lower().split() if word.isalpha() and word.isascii()]
    return "-".join(words[:2] or ["office"]) + ".example"


HEADS: dict[str, Callable[[Sheet, Author, Invoice], float]] = {
    "left": _head_left,
    "right": _head_right,
    "line": _head_line,
    "centred": _head_centred,
    "none": _head_none,
    "contacts": _head_contacts,
    "banner": _head_banner,
}
FEET: dict[str, Callable[[Sheet, Author, Invoice, float], None]] = {
    "columns": _foot_columns,
    "line": _foot_line,
    "none": _foot_none,
    "register": _foot_register,
}
