"""A municipal tax form, filled in by typewriter: numbered boxes, ticks, a signature."""

from decimal import Decimal

from reportlab.lib.pagesizes import LETTER

from samples.making import fonts
from samples.making.money import ENGLISH, number, percent
from samples.making.pen import Face, Pen
from samples.making.sample import Sample

FRAME, SHADE, INK, TYPED = "#2f4858", "#e8eff2", "#1d2b33", "#1a2a6c"
LEFT, RIGHT = 48, 564
LABEL = Face(fonts.SANS, 7.2, "#4b5d68")
BODY = Face(fonts.SANS, 8.8, INK)
STRONG = Face(fonts.SANS_BOLD, 8.8, INK)
ENTRY = Face(fonts.MONO_BOLD, 11.5, TYPED)

TITLE, TAXPAYER, TAX_ID = "Annual Business Tax Return", "Copper Kettle Roasters LLC", "00-4471902"
RECEIPTS, GOODS, WAGES, RENT = Decimal("486250.00"), Decimal("171340.50"), Decimal("148900.00"), Decimal("38400.00")
INCOME = RECEIPTS - GOODS - WAGES - RENT
TAX = percent(INCOME, "4.2")
PREPAID = Decimal("4800.00")
LINES = (
    ("1", "Gross receipts or sales", RECEIPTS),
    ("2", "Cost of goods sold", GOODS),
    ("3", "Salaries and wages", WAGES),
    ("4", "Rent paid on business property", RENT),
    ("5", "Taxable income (line 1 minus lines 2, 3 and 4)", INCOME),
    ("6", "Tax at 4.2% of line 5", TAX),
    ("7", "Advance payments made during the year", PREPAID),
    ("8", "Tax due (line 6 minus line 7)", TAX - PREPAID),
)


def make() -> Sample:
    pen = Pen(f"Form 27-B {TITLE}", "Municipality of Port Alder", LETTER)
    head(pen)
    y = entries(pen, 138)
    y = calculation(pen, y + 18)
    declaration(pen, y + 18)
    fields = {
        "form_name": TITLE,
        "tax_year": "2025",
        "taxpayer": TAXPAYER,
        "taxpayer_id": TAX_ID,
        "currency": "USD",
        "amounts": [{"label": label, "amount": number(amount)} for _, label, amount in LINES],
    }
    return Sample("tax-form.pdf", "tax_form", pen.finish(), pages=1, fields=fields)


def head(pen: Pen) -> None:
    pen.box(LEFT, 44, RIGHT - LEFT, 74, stroke=FRAME)
    pen.box(LEFT, 44, 92, 74, fill=FRAME)
    pen.text(LEFT + 46, 64, "FORM", Face(fonts.SANS, 8, "#ffffff"), "center")
    pen.text(LEFT + 46, 92, "27-B", Face(fonts.SANS_BOLD, 24, "#ffffff"), "center")
    pen.text(LEFT + 46, 108, "Rev. 11-2025", Face(fonts.SANS, 7, "#ffffff"), "center")
    pen.text(LEFT + 108, 76, TITLE, Face(fonts.SANS_BOLD, 19, INK))
    pen.text(LEFT + 108, 94, "Municipality of Port Alder · Department of Revenue", BODY)
    pen.text(LEFT + 108, 108, "Type or print clearly. Use whole boxes. Keep a copy for your records.", LABEL)
    pen.rule(RIGHT - 96, 44, RIGHT - 96, 118, color=FRAME)
    pen.text(RIGHT - 48, 64, "Tax year", LABEL, "center")
    pen.text(RIGHT - 48, 95, "2025", Face(fonts.SANS_BOLD, 24, INK), "center")


def entries(pen: Pen, y: float) -> float:
    y = bar(pen, y, "Part I", "Taxpayer")
    rows = (
        (("Name of taxpayer", TAXPAYER, 336), ("Taxpayer identification number", TAX_ID, 180)),
        (("Business address", "58 Millrace Road", 336), ("Telephone", "(555) 010-0158", 180)),
        (("City", "Port Alder", 186), ("ZIP code", "00417", 150), ("Date business started", "06/01/2019", 180)),
    )
    for row in rows:
        x: float = LEFT
        for label, value, width in row:
            pen.box(x, y, width, 36, stroke=FRAME)
            pen.text(x + 6, y + 11, label, LABEL)
            pen.text(x + 8, y + 28, value, ENTRY)
            x += width
        y += 36
    pen.box(LEFT, y, RIGHT - LEFT, 30, stroke=FRAME)
    pen.text(LEFT + 6, y + 19, "Type of return:", STRONG)
    for x, label, ticked in ((150, "Original", True), (250, "Amended", False), (350, "Final", False)):
        tick(pen, x, y + 9, ticked=ticked)
        pen.text(x + 20, y + 19, label, BODY)
    return y + 30


def calculation(pen: Pen, y: float) -> float:
    y = bar(pen, y, "Part II", "Calculation of tax, in US dollars")
    for line, label, amount in LINES:
        strong = line in {"5", "8"}
        pen.box(LEFT, y, RIGHT - LEFT, 28, stroke=FRAME, fill=SHADE if strong else "#ffffff")
        pen.text(LEFT + 15, y + 18, line, STRONG, "center")
        pen.rule(LEFT + 30, y, LEFT + 30, y + 28, color=FRAME)
        pen.text(LEFT + 40, y + 18, label, STRONG if strong else BODY)
        pen.rule(RIGHT - 150, y, RIGHT - 150, y + 28, color=FRAME)
        pen.text(RIGHT - 10, y + 18, ENGLISH(amount), ENTRY, "right")
        y += 28
    return y


def declaration(pen: Pen, y: float) -> None:
    y = bar(pen, y, "Part III", "Declaration")
    pen.box(LEFT, y, RIGHT - LEFT, 104, stroke=FRAME)
    words = (
        "I declare that I have examined this return and that, to the best of my knowledge, it is true, correct and "
        "complete. I understand that a return which is late or incomplete may be subject to a penalty."
    )
    pen.paragraph(LEFT + 10, y + 18, words, BODY, width=RIGHT - LEFT - 20, leading=12.5)
    pen.text(LEFT + 20, y + 74, "Juniper Castellane", Face(fonts.SCRIPT, 24, TYPED))
    pen.text(LEFT + 320, y + 74, "04/09/2026", ENTRY)
    for x, width, label in ((LEFT + 10, 280, "Signature of owner or officer"), (LEFT + 310, 190, "Date (MM/DD/YYYY)")):
        pen.rule(x, y + 82, x + width, color=FRAME)
        pen.text(x, y + 93, label, LABEL)
    pen.text(LEFT, 752, "Port Alder Department of Revenue, 1 Customs Square, Port Alder 00417", LABEL)
    pen.text(RIGHT, 752, "Form 27-B (2025)", LABEL, "right")


def bar(pen: Pen, y: float, part: str, title: str) -> float:
    pen.box(LEFT, y, RIGHT - LEFT, 20, fill=FRAME)
    pen.text(LEFT + 8, y + 14, part, Face(fonts.SANS_BOLD, 9.5, "#ffffff"))
    pen.text(LEFT + 56, y + 14, title, Face(fonts.SANS, 9.5, "#ffffff"))
    return y + 20


def tick(pen: Pen, x: float, y: float, *, ticked: bool) -> None:
    pen.box(x, y, 12, 12, stroke=FRAME)
    if ticked:
        pen.text(x + 6, y + 10, "X", ENTRY, "center")
