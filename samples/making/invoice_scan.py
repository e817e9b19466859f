"""A paper invoice that went through an office scanner: one picture in a PDF, no text layer."""

from datetime import date
from io import BytesIO
from time import gmtime

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from samples.making import fonts, paper
from samples.making.invoice_fields import Invoice
from samples.making.money import ENGLISH, item
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

DPI = 170
MARINE, QUIET = "#123c69", "#555c66"
LEFT, RIGHT = 64, 531
BODY = Face(fonts.SANS, 9.6)
STRONG = Face(fonts.SANS_BOLD, 9.6)
DESK = (222, 222, 219)

INVOICE = Invoice(
    vendor="Penhallow Marine Supply Ltd",
    customer="Saltmarsh Sailing School",
    number="PMS-10482",
    issued=date(2026, 4, 27),
    due=date(2026, 5, 27),
    currency="GBP",
    tax_rate="20",
    items=(
        item("Polyester mooring rope 14 mm, per metre", "60", "3.45"),
        item("Galvanised shackle 10 mm", "24", "4.10"),
        item("Dinghy bailer, soft grip", "15", "8.95"),
        item("Buoyancy aid, adult, coral", "12", "54.50"),
        item("Sail repair tape 50 mm", "10", "7.25"),
        item("Stainless snap hook", "36", "5.60"),
        item("Carriage to Saltmarsh Quay", "1", "28.00"),
    ),
)


def make() -> Sample:
    return Sample("invoice-scan.pdf", "invoice", as_pdf(scanned(printed())), pages=1, fields=INVOICE.fields())


def printed() -> Image.Image:
    """The invoice as it left the printer, as a picture."""
    pen = Pen(f"Invoice {INVOICE.number}", INVOICE.vendor)
    head(pen)
    columns = (
        Column("Description", 237),
        Column("Quantity", 65, "right"),
        Column("Unit price", 80, "right"),
        Column("Amount", 85, "right"),
    )
    rows = [
        (line.description, ENGLISH(line.quantity, 0), ENGLISH(line.unit_price), ENGLISH(line.amount))
        for line in INVOICE.items
    ]
    look = Look(head=Face(fonts.SANS_BOLD, 9, "#ffffff"), body=BODY, head_fill=MARINE, row=24, rule="#b9c2cc")
    foot(pen, draw_table(pen, LEFT, 322, columns, rows, look=look))
    return pen.picture(DPI)


def head(pen: Pen) -> None:
    pen.circle(LEFT + 20, 78, 20, fill=MARINE)
    for x, top in ((LEFT + 21, 64), (LEFT + 19, 69)):
        side = 11 if x > LEFT + 20 else -9
        pen.shape(((x, top), (x, 86), (x + side, 86)), "#ffffff")
    pen.text(LEFT + 54, 75, "Penhallow Marine Supply Ltd", Face(fonts.SANS_BOLD, 17, MARINE))
    pen.text(LEFT + 54, 92, "Unit 4, Custom House Quay, Falmouth TR11 0XX · 01632 960 482", Face(fonts.SANS, 9, QUIET))
    pen.rule(LEFT, 116, RIGHT, color=MARINE, line=1.4)
    pen.text(LEFT, 158, "INVOICE", Face(fonts.SANS_BOLD, 24))
    pen.text(LEFT, 196, "Invoice to", Face(fonts.SANS, 9, QUIET))
    pen.text(LEFT, 212, INVOICE.customer, STRONG)
    pen.lines(LEFT, 226, ("The Old Boathouse", "Saltmarsh Quay", "Dartmouth TQ6 0XX"), BODY, leading=14)
    facts = (
        ("Invoice number", INVOICE.number),
        ("Invoice date", "27 April 2026"),
        ("Due date", "27 May 2026"),
        ("Currency", "GBP"),
    )
    for index, (label, value) in enumerate(facts):
        pen.text(340, 196 + index * 18, label, Face(fonts.SANS, 9, QUIET))
        pen.text(RIGHT, 196 + index * 18, value, STRONG, "right")


def foot(pen: Pen, y: float) -> None:
    for label, value in (("Net amount", INVOICE.net), ("VAT 20%", INVOICE.tax)):
        y += 21
        pen.text(376, y, label, BODY)
        pen.text(RIGHT - 6, y, ENGLISH(value), BODY, "right")
    pen.rule(370, y + 9, RIGHT, color=MARINE, line=1.2)
    pen.text(376, y + 28, "Total", Face(fonts.SANS_BOLD, 12.5))
    pen.text(RIGHT - 6, y + 28, f"£{ENGLISH(INVOICE.gross)}", Face(fonts.SANS_BOLD, 12.5), "right")
    pen.rule(LEFT, 762, RIGHT, color="#b9c2cc")
    note = "Bank of the Lizard · sort code 00-00-48 · account 10482000 · VAT no. GB 000 0104 82"
    pen.text(pen.width / 2, 778, note, Face(fonts.SANS, 8.2, QUIET), "center")


def scanned(page: Image.Image) -> Image.Image:
    rng = np.random.default_rng(10482)
    stamp = paper.worn_stamp((("RECEIVED", 44), ("30 APR 2026", 30)), (40, 66, 150), fonts.SANS_BOLD_FILE, rng)
    turned = stamp.rotate(8, Image.Resampling.BICUBIC, expand=True)
    page.paste(turned, (180, 1380), turned)
    punch_holes(page)
    sheet = paper.tilted(paper.toned(page, (250, 248, 242)), 0.7, DESK).filter(ImageFilter.GaussianBlur(0.55))
    pixels = paper.edge_shadow(paper.to_pixels(sheet), reach=0.035, depth=0.22)
    for fold in (0.335, 0.668):
        pixels = paper.creased(pixels, fold, depth=0.07)
    return paper.to_image(paper.grainy(paper.lit(pixels, rng, 0.02), rng, 4.5))


def punch_holes(page: Image.Image) -> None:
    """Two holes for a binder, 80 mm apart, with a hint of depth."""
    draw = ImageDraw.Draw(page)
    for y in (page.height // 2 - 268, page.height // 2 + 268):
        draw.ellipse((70, y - 19, 108, y + 19), fill=(150, 150, 148))
        draw.ellipse((73, y - 16, 109, y + 20), fill=DESK)


def as_pdf(picture: Image.Image) -> bytes:
    file = BytesIO()
    born = gmtime(0)
    picture.save(file, "PDF", resolution=DPI, quality=58, creationDate=born, modDate=born, producer="Scanner")
    return file.getvalue()
