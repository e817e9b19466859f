"""A restaurant receipt from Spain, photographed with the phone held upright: a JPEG with EXIF orientation 6."""

from datetime import date

import numpy as np
from PIL import Image

from samples.making import fonts, snapshot
from samples.making.money import GERMAN as SPANISH
from samples.making.money import item
from samples.making.receipt_fields import Receipt
from samples.making.sample import Sample
from samples.making.thermal import Roll

STOPS = (430, 556)

RECEIPT = Receipt(
    company="Taberna La Higuera",
    address=("Calle del Azahar 22", "41004 Sevilla"),
    paid=date(2026, 7, 5),
    currency="EUR",
    tax_rate="10",
    tax_included=True,
    items=(
        item("Salmorejo", "2", "6.50"),
        item("Croquetas", "1", "9.80"),
        item("Espinacas", "1", "8.40"),
        item("Presa a la brasa", "2", "17.90"),
        item("Agua mineral", "3", "2.20"),
        item("Tinto de verano", "4", "3.60"),
        item("Torrija", "2", "5.75"),
    ),
)


def make() -> Sample:
    rng = np.random.default_rng(4100)
    surface = snapshot.stone(1060, 1480, (92, 104, 110), rng)
    corners = ((160, 112), (846, 94), (872, 1398), (190, 1414))
    photo = snapshot.photographed(printed(), surface, corners, rng)
    content = snapshot.as_jpeg(photo, sideways=True)
    return Sample("receipt-taberna.jpg", "receipt", content, pages=1, fields=RECEIPT.fields())


def printed() -> Image.Image:
    roll = Roll(fonts.TYPEWRITER_BOLD_FILE, fonts.TYPEWRITER_BOLD_FILE, size=28)
    roll.center(RECEIPT.company, size=46, bold=True)
    roll.feed(8)
    for text in (*RECEIPT.address, "NIF B00000410"):
        roll.center(text)
    roll.rule(double=True)
    roll.columns(("Factura simplificada", "T-00981"))
    roll.columns(("Fecha 05/07/2026", "22:14"))
    roll.columns(("Mesa 12", "2 comensales"))
    roll.rule()
    roll.columns(("Concepto", "Uds", "Precio", "Importe"), STOPS)
    for line in RECEIPT.items:
        roll.columns(
            (line.description, str(line.quantity), SPANISH(line.unit_price), SPANISH(line.amount)), STOPS, descent=4
        )
    roll.rule()
    roll.columns(("Base imponible", f"{SPANISH(RECEIPT.subtotal)}"))
    roll.columns(("IVA 10%", f"{SPANISH(RECEIPT.tax)}"))
    roll.feed(8)
    roll.columns(("TOTAL EUR", SPANISH(RECEIPT.total)), size=46, bold=True)
    roll.rule(double=True)
    roll.center("IVA incluido")
    roll.feed(12)
    roll.center("Gracias por su visita")
    return roll.torn_off()
