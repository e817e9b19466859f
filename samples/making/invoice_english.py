"""An invoice in English, US dollars: a design studio with a taste for white space."""

from datetime import date

from reportlab.lib.pagesizes import LETTER

from samples.making import fonts
from samples.making.invoice_fields import Invoice
from samples.making.money import ENGLISH, item
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

TEAL, CORAL, QUIET = "#0f4c4a", "#ef6f53", "#6b7275"
LEFT, RIGHT = 54, 558
LABEL = Face(fonts.SANS_BOLD, 7.5, QUIET)
BODY = Face(fonts.SANS, 9.5)
STRONG = Face(fonts.SANS_BOLD, 9.5)

INVOICE = Invoice(
    vendor="Halden & Rook Studio LLC",
    customer="Brightwater Ferry Lines, Inc.",
    number="HR-2026-0318",
    issued=date(2026, 3, 14),
    due=date(2026, 4, 13),
    currency="USD",
    tax_rate="8.25",
    items=(
        item("Brand workshop, two days on site", "2", "1450.00"),
        item("Logo refinement and lockups", "1", "3200.00"),
        item("Timetable typography, hours", "18.5", "120.00"),
        item("Wayfinding signs, layout per pier", "6", "385.00"),
        item("Vessel livery illustrations", "4", "640.00"),
        item("Ticket stock templates", "3", "215.00"),
        item("Prepress checks and colour proofs", "12", "48.75"),
        item("Courier, proofs to Pier 7 office", "1", "36.40"),
    ),
)


def make() -> Sample:
    pen = Pen(f"Invoice {INVOICE.number}", INVOICE.vendor, LETTER)
    letterhead(pen)
    parties(pen)
    columns = (
        Column("DESCRIPTION", 264),
        Column("QTY", 60, "right"),
        Column("UNIT PRICE", 90, "right"),
        Column("AMOUNT", 90, "right"),
    )
    rows = [
        (line.description, f"{line.quantity:f}", ENGLISH(line.unit_price), ENGLISH(line.amount))
        for line in INVOICE.items
    ]
    look = Look(head=Face(fonts.SANS_BOLD, 7.5, TEAL), body=BODY, row=25, pad=0, rule="#dfe4e3", head_rule=TEAL)
    sums(pen, draw_table(pen, LEFT, 306, columns, rows, look=look) + 28)
    footer(pen)
    return Sample("invoice-english.pdf", "invoice", pen.finish(), pages=1, fields=INVOICE.fields())


def letterhead(pen: Pen) -> None:
    pen.box(0, 0, pen.width, 9, fill=TEAL)
    pen.circle(LEFT + 13, 62, 13, fill=TEAL)
    pen.shape(((LEFT + 18, 75), (LEFT + 31, 49), (LEFT + 44, 75)), fill=CORAL)
    pen.text(LEFT + 56, 60, "Halden & Rook", Face(fonts.GEOMETRIC, 16, TEAL))
    pen.text(LEFT + 56, 74, "design for places that move", Face(fonts.SANS, 8.5, QUIET))
    address = (
        "Halden & Rook Studio LLC",
        "214 Foundry Street, Suite 5",
        "Portland, OR 97209",
        "accounts@haldenrook.example",
    )
    pen.lines(RIGHT, 53, address, Face(fonts.SANS, 8.5, QUIET), leading=12, align="right")
    pen.text(LEFT, 150, "Invoice", Face(fonts.GEOMETRIC, 40, TEAL))


def parties(pen: Pen) -> None:
    pen.text(LEFT, 196, "BILL TO", LABEL)
    pen.text(LEFT, 213, INVOICE.customer, STRONG)
    pen.lines(LEFT, 227, ("Attn. Accounts Payable", "9 Harbor Esplanade", "Astoria, OR 97103"), BODY, leading=14)
    facts = (
        ("INVOICE NUMBER", INVOICE.number),
        ("INVOICE DATE", "March 14, 2026"),
        ("DUE DATE", "April 13, 2026"),
        ("TERMS", "Net 30"),
    )
    for index, (label, value) in enumerate(facts):
        y = 196 + index * 21
        pen.text(330, y, label, LABEL)
        pen.text(RIGHT, y, value, STRONG, "right")
        pen.rule(330, y + 7, RIGHT, color="#dfe4e3", line=0.4)


def sums(pen: Pen, y: float) -> None:
    for label, value in (("Subtotal", INVOICE.net), (f"Sales tax {INVOICE.tax_rate}%", INVOICE.tax)):
        pen.text(378, y, label, Face(fonts.SANS, 9.5, QUIET))
        pen.text(RIGHT, y, ENGLISH(value), BODY, "right")
        y += 18
    pen.box(366, y - 6, RIGHT - 366 + 12, 34, fill=TEAL, radius=4)
    pen.text(378, y + 15, "Total due (USD)", Face(fonts.SANS_BOLD, 10.5, "#ffffff"))
    pen.text(RIGHT, y + 15, f"${ENGLISH(INVOICE.gross)}", Face(fonts.SANS_BOLD, 13, "#ffffff"), "right")


def footer(pen: Pen) -> None:
    pen.rule(LEFT, 712, RIGHT, color=CORAL, line=1.2)
    pen.text(LEFT, 729, "How to pay", Face(fonts.SANS_BOLD, 8.5, TEAL))
    lines = (
        "ACH transfer to Cascade Mutual Bank, routing 000 000 019, account 4400 7716 02.",
        "Please quote the invoice number. Thank you for sailing with us.",
    )
    pen.lines(LEFT + 62, 729, lines, Face(fonts.SANS, 8.5, QUIET), leading=12)
