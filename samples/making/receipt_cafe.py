"""A café receipt from the United States, laid on a flatbed scanner: a grey PNG."""

from datetime import date
from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter

from samples.making import fonts, paper
from samples.making.money import ENGLISH, item
from samples.making.receipt_fields import Receipt
from samples.making.sample import Sample
from samples.making.thermal import Roll

LID = (214, 214, 214)
STOPS = (430, 580)

RECEIPT = Receipt(
    company="Marigold & Thistle Cafe",
    address=("640 Larkspur Street", "Boulder, CO 80302"),
    paid=date(2026, 9, 18),
    currency="USD",
    tax_rate="8.5",
    tax_included=False,
    items=(
        item("Flat white", "2", "4.75"),
        item("Oat chai latte", "1", "5.50"),
        item("Lemon poppy loaf", "2", "3.95"),
        item("Avocado toast", "1", "11.25"),
        item("Granola bowl", "1", "9.80"),
    ),
)


def make() -> Sample:
    return Sample("receipt-cafe.png", "receipt", as_png(scanned(printed())), pages=1, fields=RECEIPT.fields())


def printed() -> Image.Image:
    roll = Roll(fonts.TYPEWRITER_BOLD_FILE, fonts.TYPEWRITER_BOLD_FILE)
    roll.center(RECEIPT.company, size=42, bold=True)
    for text in (*RECEIPT.address, "(303) 555-0142"):
        roll.center(text)
    roll.feed()
    roll.columns(("09/18/2026  08:42 AM", "Check 2217"))
    roll.columns(("Server: Wren", "Table 6"))
    roll.rule()
    roll.columns(("Item", "Qty", "Price", "Amount"), STOPS)
    for line in RECEIPT.items:
        roll.columns((line.description, str(line.quantity), ENGLISH(line.unit_price), ENGLISH(line.amount)), STOPS)
    roll.rule()
    roll.columns(("Subtotal", f"${ENGLISH(RECEIPT.subtotal)}"))
    roll.columns((f"Sales Tax {RECEIPT.tax_rate}%", f"${ENGLISH(RECEIPT.tax)}"))
    roll.columns(("TOTAL", f"${ENGLISH(RECEIPT.total)}"), size=40, bold=True)
    roll.rule(double=True)
    roll.columns(("Card ending 0000", f"${ENGLISH(RECEIPT.total)}"))
    roll.left("Approved 004417")
    roll.feed()
    roll.center("Thank you, see you soon!")
    roll.feed()
    roll.bars("2217091826")
    return roll.torn_off()


def scanned(slip: Image.Image) -> Image.Image:
    rng = np.random.default_rng(2217)
    width, height = slip.size
    scene = Image.new("RGB", (width + 120, height + 110), LID)
    shadow = Image.new("L", scene.size, 0)
    shadow.paste(150, (56, 50, 56 + width + 8, 46 + height + 12))
    scene.paste((120, 120, 120), (0, 0), shadow.filter(ImageFilter.GaussianBlur(9)))
    sheet = paper.creased(paper.to_pixels(paper.toned(slip, (249, 249, 249))), at=0.452, depth=0.06)
    scene.paste(paper.to_image(sheet), (54, 46))
    turned = paper.tilted(scene, -0.9, LID).filter(ImageFilter.GaussianBlur(0.7))
    return paper.to_image(paper.grainy(paper.lit(paper.to_pixels(turned), rng, 0.025), rng, 3.0))


def as_png(picture: Image.Image) -> bytes:
    """Grey in 32 steps, which keeps a noisy PNG small."""
    file = BytesIO()
    grey = picture.convert("L").point([round(level / 8.2258) * 255 // 31 for level in range(256)])
    grey.save(file, "PNG", compress_level=8, dpi=(200, 200))
    return file.getvalue()
