"""A purchase order in English from a Swedish hotel, kronor with 1 234,50."""

from samples.making import fonts
from samples.making.money import FRENCH as NORDIC
from samples.making.money import item, number, total
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

NIGHT, AURORA, QUIET, MIST = "#1b1f3b", "#19a796", "#6d7188", "#eef7f5"
LEFT, RIGHT = 56, 539
BODY = Face(fonts.WIDE, 8)
STRONG = Face(fonts.WIDE_BOLD, 8)
LABEL = Face(fonts.WIDE, 7, QUIET)

BUYER, SUPPLIER, NUMBER = "Fjordlys Hotell AB", "Nordgran Möbler AB", "PO-77015"
ITEMS = (
    item("Bed frame Tall, solid pine, 160 cm", "18", "4350.00"),
    item("Bedside table Kotte", "36", "895.00"),
    item("Reading lamp Isbit, brass", "36", "640.50"),
    item("Wool blanket Dimma, grey", "40", "725.00"),
    item("Lounge chair Ripa, sheepskin", "10", "3980.00"),
    item("Writing desk Skrift", "18", "2245.00"),
    item("Luggage bench Spår", "18", "1120.00"),
    item("Mirror Tjärn, round, 70 cm", "18", "980.00"),
    item("Delivery and carrying in", "1", "6500.00"),
)


def make() -> Sample:
    pen = Pen(f"Purchase order {NUMBER}", BUYER)
    head(pen)
    party(pen, LEFT, "Buyer", (BUYER, "Strandvägen 3", "981 07 Abisko", "Org. no. 000000-7701"))
    party(pen, 306, "Supplier", (SUPPLIER, "Sågverksgatan 12", "571 00 Nässjö", "Org. no. 000000-1515"))
    columns = (
        Column("Item", 222),
        Column("Qty", 50, "right"),
        Column("Unit price SEK", 103, "right"),
        Column("Amount SEK", 108, "right"),
    )
    rows = [(line.description, f"{line.quantity:f}", NORDIC(line.unit_price), NORDIC(line.amount)) for line in ITEMS]
    look = Look(
        head=Face(fonts.WIDE_BOLD, 7.4, NIGHT), body=BODY, head_fill=MIST, row=24, rule="#dbe6e4", head_rule=AURORA
    )
    foot(pen, draw_table(pen, LEFT, 330, columns, rows, look=look))
    return Sample("purchase-order.pdf", "purchase_order", pen.finish(), pages=1, fields=fields())


def fields() -> dict[str, object]:
    return {
        "order_number": NUMBER,
        "date": "2026-10-01",
        "buyer": BUYER,
        "supplier": SUPPLIER,
        "currency": "SEK",
        "total_amount": number(total(ITEMS)),
        "line_items": [line.truth() for line in ITEMS],
    }


def head(pen: Pen) -> None:
    pen.box(0, 0, pen.width, 118, fill=NIGHT)
    for index, color in enumerate(("#19a796", "#3cc3a3", "#8fe3c0")):
        x = 392 + index * 34
        pen.shape(((x, 118), (x + 70, 0), (x + 92, 0), (x + 26, 118)), color)
    pen.text(LEFT, 62, "Purchase Order", Face(fonts.WIDE_BOLD, 22, "#ffffff"))
    pen.text(LEFT, 84, "Fjordlys Hotell · Abisko", Face(fonts.WIDE, 9, "#8fe3c0"))
    facts = (
        ("Order number", NUMBER),
        ("Order date", "2026-10-01"),
        ("Deliver by", "2026-11-16"),
        ("Terms", "30 days net"),
    )
    for index, (label, value) in enumerate(facts):
        x = LEFT + index * 125
        pen.text(x, 148, label, LABEL)
        pen.text(x, 162, value, STRONG)
    pen.rule(LEFT, 178, RIGHT, color="#dbe6e4")


def party(pen: Pen, x: float, role: str, lines: tuple[str, ...]) -> None:
    pen.box(x, 200, 233, 100, fill=MIST, radius=5)
    pen.text(x + 14, 219, role, Face(fonts.WIDE_BOLD, 7.4, AURORA))
    pen.text(x + 14, 237, lines[0], Face(fonts.WIDE_BOLD, 9.4, NIGHT))
    pen.lines(x + 14, 252, lines[1:], BODY, leading=13.5)


def foot(pen: Pen, y: float) -> None:
    pen.box(306, y + 14, RIGHT - 306, 32, fill=NIGHT, radius=4)
    pen.text(320, y + 34, "Total SEK", Face(fonts.WIDE_BOLD, 9.5, "#ffffff"))
    pen.text(RIGHT - 6, y + 34, NORDIC(total(ITEMS)), Face(fonts.WIDE_BOLD, 11, "#ffffff"), "right")
    pen.text(LEFT, y + 34, "All prices without VAT.", LABEL)
    pen.text(LEFT, 690, "Delivery address", Face(fonts.WIDE_BOLD, 7.4, AURORA))
    pen.lines(LEFT, 705, ("Fjordlys Hotell, north entrance", "Strandvägen 3, 981 07 Abisko"), BODY, leading=13)
    pen.text(360, 712, "Saga Lindqvall", Face(fonts.SCRIPT, 21, "#26346f"))
    pen.rule(350, 722, RIGHT, color=QUIET)
    pen.text(350, 734, "Approved by Saga Lindqvall, purchasing", LABEL)
    pen.rule(LEFT, 786, RIGHT, color="#dbe6e4")
    note = "Please quote the order number on your invoice and delivery note."
    pen.text(pen.width / 2, 802, note, LABEL, "center")
