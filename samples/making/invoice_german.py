"""An invoice in German, euros with 1.234,56 and 19 % MwSt: an office outfitter, laid out after DIN 5008."""

from datetime import date

from samples.making import fonts
from samples.making.invoice_fields import Invoice
from samples.making.money import GERMAN, item
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

NAVY, SUN, QUIET, PALE = "#1f2a5a", "#f2b233", "#667085", "#f3f5fa"
LEFT, RIGHT = 71, 539
BODY = Face(fonts.WIDE, 8.2)
STRONG = Face(fonts.WIDE_BOLD, 8.2)
SMALL = Face(fonts.WIDE, 6.6, QUIET)

INVOICE = Invoice(
    vendor="Morgentau Bürowelt GmbH",
    customer="Kanzlei Stellwerk & Partner mbB",
    number="RE-26-00417",
    issued=date(2026, 5, 6),
    due=date(2026, 6, 5),
    currency="EUR",
    tax_rate="19",
    items=(
        item("Schreibtisch Linde, höhenverstellbar, 160 cm", "6", "689.00"),
        item("Drehstuhl Kontur, Netzrücken anthrazit", "6", "412.50"),
        item("Rollcontainer Birke, 3 Schübe", "6", "178.90"),
        item("Besprechungstisch Eiche massiv, 240 cm", "1", "1849.00"),
        item("Konferenzstuhl Falter, Wollfilz", "8", "236.75"),
        item("Akustikpaneel 120 x 60, moosgrün", "10", "94.20"),
        item("Stehleuchte Halm, LED 4000 K", "4", "219.00"),
        item("Aktenregal Archiv 5 OH", "3", "327.40"),
        item("Kabelkanal, je Meter", "24", "11.85"),
        item("Montage vor Ort, Stunden", "9.5", "62.00"),
    ),
)


def make() -> Sample:
    pen = Pen(f"Rechnung {INVOICE.number}", INVOICE.vendor)
    letterhead(pen)
    address_and_facts(pen)
    pen.text(LEFT, 282, f"Rechnung Nr. {INVOICE.number}", Face(fonts.WIDE_BOLD, 13, NAVY))
    pen.text(LEFT, 302, "Für unsere Lieferung vom 29.04.2026 berechnen wir Ihnen:", BODY)
    columns = (
        Column("Pos.", 30, "right"),
        Column("Bezeichnung", 236),
        Column("Menge", 48, "right"),
        Column("Einzelpreis €", 77, "right"),
        Column("Betrag €", 77, "right"),
    )
    rows = [
        (
            str(index),
            line.description,
            GERMAN(line.quantity, 1 if line.quantity % 1 else 0),
            GERMAN(line.unit_price),
            GERMAN(line.amount),
        )
        for index, line in enumerate(INVOICE.items, 1)
    ]
    look = Look(head=Face(fonts.WIDE_BOLD, 7.4, "#ffffff"), body=BODY, head_fill=NAVY, stripe=PALE, row=21)
    sums(pen, draw_table(pen, LEFT, 318, columns, rows, look=look))
    footer(pen)
    return Sample("invoice-german.pdf", "invoice", pen.finish(), pages=1, fields=INVOICE.fields())


def letterhead(pen: Pen) -> None:
    pen.box(0, 0, 16, pen.height, fill=NAVY)
    pen.box(0, 116, 16, 44, fill=SUN)
    pen.circle(RIGHT - 12, 56, 12, fill=SUN)
    pen.box(RIGHT - 26, 60, 28, 14, fill="#ffffff")
    pen.rule(RIGHT - 28, 62, RIGHT + 4, color=NAVY, line=1.6)
    pen.text(LEFT, 60, "Morgentau", Face(fonts.WIDE_BOLD, 20, NAVY))
    pen.text(LEFT, 75, "Bürowelt GmbH · Möbel, Licht und Ruhe für gute Arbeit", Face(fonts.WIDE, 7.6, QUIET))


def address_and_facts(pen: Pen) -> None:
    pen.text(LEFT, 134, "Morgentau Bürowelt GmbH · Lindenhof 14 · 04109 Leipzig", SMALL)
    pen.rule(LEFT, 138, LEFT + 220, color="#c9cfdd", line=0.4)
    pen.text(LEFT, 156, INVOICE.customer, STRONG)
    pen.lines(LEFT, 169, ("Frau Henrike Aldermann", "Gleisstraße 3", "99084 Erfurt"), BODY, leading=13)
    pen.box(348, 122, RIGHT - 348, 104, fill=PALE, radius=5)
    facts = (
        ("Rechnungsnummer", INVOICE.number),
        ("Rechnungsdatum", "06.05.2026"),
        ("Fällig am", "05.06.2026"),
        ("Kundennummer", "K-20931"),
        ("USt-IdNr.", "DE999000417"),
    )
    for index, (label, value) in enumerate(facts):
        pen.text(360, 141 + index * 18, label, Face(fonts.WIDE, 7.4, QUIET))
        pen.text(RIGHT - 12, 141 + index * 18, value, Face(fonts.WIDE_BOLD, 7.6), "right")


def sums(pen: Pen, y: float) -> None:
    pen.rule(LEFT, y, RIGHT, color=NAVY, line=1)
    for label, value in (("Nettobetrag", INVOICE.net), ("zzgl. 19 % MwSt.", INVOICE.tax)):
        y += 19
        pen.text(405, y, label, BODY, "right")
        pen.text(RIGHT - 6, y, f"{GERMAN(value)} €", BODY, "right")
    y += 11
    pen.box(300, y, RIGHT - 300, 26, fill=SUN)
    pen.text(405, y + 17, "Gesamtbetrag", Face(fonts.WIDE_BOLD, 9.5, NAVY), "right")
    pen.text(RIGHT - 6, y + 17, f"{GERMAN(INVOICE.gross)} €", Face(fonts.WIDE_BOLD, 10.5, NAVY), "right")
    note = "Bitte überweisen Sie den Gesamtbetrag ohne Abzug bis zum 05.06.2026 unter Angabe der Rechnungsnummer."
    pen.text(LEFT, y + 58, note, BODY)
    pen.text(LEFT, y + 72, "Vielen Dank für Ihren Auftrag!", STRONG)


def footer(pen: Pen) -> None:
    pen.rule(LEFT, 772, RIGHT, color="#c9cfdd", line=0.4)
    columns = (
        ("Morgentau Bürowelt GmbH", "Lindenhof 14", "04109 Leipzig"),
        ("Telefon 0341 000 55 10", "rechnung@morgentau.example", "www.morgentau.example"),
        # A BIC ends so for a bank's head office.
        ("Auenbank Leipzig", "IBAN DE00 9999 0000 0041 7417 00", "BIC AUENDE00XXX"),
        ("Amtsgericht Leipzig HRB 00417", "Geschäftsführung:", "Jorinde Wackernagel"),
    )
    for index, lines in enumerate(columns):
        pen.lines(LEFT + (0, 106, 226, 360)[index], 787, lines, Face(fonts.WIDE, 6.3, QUIET), leading=10)
