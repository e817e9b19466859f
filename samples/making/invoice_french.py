"""An invoice in French, euros with TVA: a ceramics workshop, set in a warm serif."""

from datetime import date

from samples.making import fonts
from samples.making.invoice_fields import Invoice
from samples.making.money import FRENCH, item
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

CLAY, SAND, CREAM, QUIET, INK = "#a3472e", "#ecd9c6", "#fbf6f0", "#7d6a5e", "#33251e"
LEFT, RIGHT = 60, 535
BODY = Face(fonts.SERIF, 11, INK)
STRONG = Face(fonts.SERIF_BOLD, 11, INK)
LABEL = Face(fonts.SERIF_ITALIC, 10, QUIET)

INVOICE = Invoice(
    vendor="Atelier Brindille SARL",
    customer="Hôtel des Trois Tilleuls",
    number="F2026-0089",
    issued=date(2026, 2, 2),
    due=date(2026, 3, 4),
    currency="EUR",
    tax_rate="20",
    items=(
        item("Assiette plate en grès, émail céladon, 27 cm", "120", "18.50"),
        item("Assiette creuse en grès, émail céladon", "80", "16.20"),
        item("Tasse à café et soucoupe", "150", "12.90"),
        item("Carafe d'eau, un litre, série Rivière", "24", "46.00"),
        item("Vase de table, pièce unique", "12", "38.75"),
        item("Plat de service ovale, 42 cm", "10", "64.30"),
        item("Emballage et livraison", "1", "185.00"),
    ),
)


def make() -> Sample:
    pen = Pen(f"Facture {INVOICE.number}", INVOICE.vendor)
    letterhead(pen)
    parties(pen)
    columns = (
        Column("Désignation", 255),
        Column("Quantité", 60, "right"),
        Column("Prix unitaire HT", 85, "right"),
        Column("Montant HT", 75, "right"),
    )
    rows = [
        (line.description, FRENCH(line.quantity, 0), FRENCH(line.unit_price), FRENCH(line.amount))
        for line in INVOICE.items
    ]
    look = Look(
        head=Face(fonts.SERIF_ITALIC, 10.5, CLAY), body=BODY, row=27, pad=2, rule=SAND, head_rule=CLAY, head_row=24
    )
    sums(pen, draw_table(pen, LEFT, 330, columns, rows, look=look) + 30)
    footer(pen)
    return Sample("invoice-french.pdf", "invoice", pen.finish(), pages=1, fields=INVOICE.fields())


def letterhead(pen: Pen) -> None:
    pen.box(0, 0, pen.width, 128, fill=CREAM)
    for offset, height in ((0, 34), (15, 46), (30, 28)):
        pen.box(LEFT + offset, 88 - height, 11, height, fill=CLAY, radius=5)
    pen.text(LEFT + 56, 70, "Atelier Brindille", Face(fonts.SERIF, 27, INK))
    pen.text(LEFT + 57, 88, "céramique de table · Vallauris", Face(fonts.SERIF_ITALIC, 11.5, CLAY))
    pen.text(RIGHT, 70, "FACTURE", Face(fonts.SERIF, 19, CLAY), "right")
    pen.text(RIGHT, 88, f"N° {INVOICE.number}", Face(fonts.SERIF_BOLD, 11.5, INK), "right")


def parties(pen: Pen) -> None:
    pen.text(LEFT, 162, "Émetteur", LABEL)
    pen.text(LEFT, 180, INVOICE.vendor, STRONG)
    vendor = ("8, montée des Potiers", "06220 Vallauris", "SIRET 000 000 089 00012", "TVA FR00 000000089")
    pen.lines(LEFT, 195, vendor, BODY, leading=15)
    pen.text(300, 162, "Facturé à", LABEL)
    pen.text(300, 180, INVOICE.customer, STRONG)
    pen.lines(300, 195, ("Mme Océane Delacroisette", "27, quai du Vieux-Moulin", "74000 Annecy"), BODY, leading=15)
    pen.box(LEFT, 266, RIGHT - LEFT, 40, fill=CREAM, radius=4)
    facts = (
        ("Date de facture", "02/02/2026"),
        ("Date d'échéance", "04/03/2026"),
        ("Votre commande", "CH-1174"),
        ("Règlement", "Virement, 30 jours"),
    )
    for index, (label, value) in enumerate(facts):
        pen.text(LEFT + 14 + index * 116, 282, label, Face(fonts.SERIF_ITALIC, 9, QUIET))
        pen.text(LEFT + 14 + index * 116, 297, value, Face(fonts.SERIF_BOLD, 10.5, INK))


def sums(pen: Pen, y: float) -> None:
    for label, value in (("Total HT", INVOICE.net), ("TVA 20 %", INVOICE.tax)):
        pen.text(360, y, label, BODY)
        pen.text(RIGHT - 2, y, f"{FRENCH(value)} €", BODY, "right")
        y += 20
    pen.rule(360, y - 8, RIGHT, color=CLAY, line=1)
    pen.text(360, y + 13, "Total TTC", Face(fonts.SERIF_BOLD, 14, CLAY))
    pen.text(RIGHT - 2, y + 13, f"{FRENCH(INVOICE.gross)} €", Face(fonts.SERIF_BOLD, 14, CLAY), "right")


def footer(pen: Pen) -> None:
    pen.rule(LEFT, 752, RIGHT, color=SAND, line=0.8)
    lines = (
        # A BIC ends so for a bank's head office.
        "Banque des Collines · IBAN FR00 9999 9000 0000 0891 1740 026 · BIC COLLFR00XXX",
        "Pénalités de retard : trois fois le taux d'intérêt légal. Indemnité forfaitaire de recouvrement : 40 €.",
        "Atelier Brindille SARL au capital de 12 000 € · RCS Antibes 000 000 089",
    )
    pen.lines(pen.width / 2, 770, lines, Face(fonts.SERIF_ITALIC, 9, QUIET), leading=13, align="center")
