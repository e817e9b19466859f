"""A supermarket receipt from Germany, photographed on a wooden table: a JPEG."""

from datetime import date

import numpy as np
from PIL import Image

from samples.making import fonts, snapshot
from samples.making.money import GERMAN, item
from samples.making.receipt_fields import Receipt
from samples.making.sample import Sample
from samples.making.thermal import Roll

STOPS = (452, 580)

RECEIPT = Receipt(
    company="Kornblume Frischemarkt",
    address=("Am Mühlbach 7", "72070 Tübingen"),
    paid=date(2026, 8, 21),
    currency="EUR",
    tax_rate="7",
    tax_included=True,
    items=(
        item("Vollkornbrot 750 g", "1", "3.49"),
        item("Hafermilch 1 Liter", "4", "1.79"),
        item("Äpfel Elstar 2 kg", "1", "4.38"),
        item("Bergkäse 300 g", "2", "5.29"),
        item("Olivenöl 500 ml", "1", "8.95"),
        item("Spaghetti 500 g", "3", "1.15"),
        item("Tomaten gehackt", "6", "0.89"),
        item("Honig vom Neckar", "1", "6.70"),
    ),
)


def make() -> Sample:
    rng = np.random.default_rng(7207)
    surface = snapshot.wood(1080, 1500, (128, 88, 58), rng)
    corners = ((186, 84), (862, 70), (898, 1424), (164, 1434))
    photo = snapshot.photographed(printed(), surface, corners, rng)
    return Sample("receipt-market.jpg", "receipt", snapshot.as_jpeg(photo), pages=1, fields=RECEIPT.fields())


def printed() -> Image.Image:
    roll = Roll(fonts.SANS_FILE, fonts.SANS_BOLD_FILE, size=30)
    roll.center(RECEIPT.company, size=48, bold=True)
    roll.feed(8)
    for text in (*RECEIPT.address, "Tel. 07071 000 5510"):
        roll.center(text)
    roll.feed()
    roll.columns(("Artikel", "Menge", "Einzel", "EUR"), STOPS, bold=True)
    roll.rule()
    for line in RECEIPT.items:
        roll.columns(
            (line.description, str(line.quantity), GERMAN(line.unit_price), GERMAN(line.amount)), STOPS, descent=6
        )
    roll.rule(double=True)
    roll.columns(("SUMME EUR", GERMAN(RECEIPT.total)), size=46, bold=True)
    roll.feed(10)
    roll.columns(("Kartenzahlung", GERMAN(RECEIPT.total)))
    roll.rule()
    roll.columns(("Netto", GERMAN(RECEIPT.subtotal)))
    roll.columns(("MwSt. 7 %", GERMAN(RECEIPT.tax)))
    roll.columns(("Brutto", GERMAN(RECEIPT.total)))
    roll.rule()
    roll.columns(("Datum 21.08.2026", "17:36 Uhr"))
    roll.columns(("Bon-Nr. 4471", "Kasse 3"))
    roll.feed()
    roll.center("Vielen Dank für Ihren Einkauf!", bold=True)
    return roll.torn_off()
