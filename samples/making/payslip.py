"""A monthly payslip in English, pounds sterling: earnings and deductions side by side."""

from decimal import Decimal

from samples.making import fonts
from samples.making.money import ENGLISH, number
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

PLUM, ROSE, PALE, QUIET = "#4a1d4f", "#d9578b", "#faf3f8", "#766a79"
LEFT, RIGHT = 56, 539
BODY = Face(fonts.SANS, 9.5)
STRONG = Face(fonts.SANS_BOLD, 9.5)
LABEL = Face(fonts.SANS, 8, QUIET)
HEAD = Face(fonts.SANS_BOLD, 8.5, PLUM)

EMPLOYER, EMPLOYEE = "Tidewell Robotics Ltd", "Amara Fenwick-Osei"
EARNINGS = (
    ("Basic salary", Decimal("3850.00")),
    ("Overtime, 9 hours", Decimal("288.75")),
    ("On-call allowance", Decimal("150.00")),
    ("Cycle to work bonus", Decimal("40.00")),
)
DEDUCTIONS = (
    ("Income tax", Decimal("612.40")),
    ("National Insurance", Decimal("262.17")),
    ("Pension, 5%", Decimal("216.44")),
    ("Student loan", Decimal("102.00")),
)
GROSS = sum((amount for _, amount in EARNINGS), Decimal(0))
TAKEN = sum((amount for _, amount in DEDUCTIONS), Decimal(0))


def make() -> Sample:
    pen = Pen("Payslip September 2026", EMPLOYER)
    head(pen)
    person(pen)
    look = Look(head=HEAD, body=BODY, head_fill=PALE, row=23, rule="#eadfea")
    for x, title, lines in ((LEFT, "Earnings", EARNINGS), (306, "Deductions", DEDUCTIONS)):
        columns = (Column(title, 143), Column("Amount £", 90, "right"))
        draw_table(pen, x, 316, columns, [(label, ENGLISH(amount)) for label, amount in lines], look=look)
    sums(pen)
    year_to_date(pen)
    fields = {
        "employee": EMPLOYEE,
        "employer": EMPLOYER,
        "period": "September 2026",
        "pay_date": "2026-09-30",
        "gross_pay": number(GROSS),
        "net_pay": number(GROSS - TAKEN),
        "currency": "GBP",
        "deductions": [{"description": label, "amount": number(amount)} for label, amount in DEDUCTIONS],
    }
    return Sample("payslip.pdf", "payslip", pen.finish(), pages=1, fields=fields)


def head(pen: Pen) -> None:
    for index, color in enumerate((PLUM, "#8a3a77", ROSE)):
        pen.circle(LEFT + 12 + index * 15, 68, 12, stroke=color, line=3.4)
    pen.text(LEFT + 70, 66, EMPLOYER, Face(fonts.SANS_BOLD, 15, PLUM))
    pen.text(LEFT + 70, 80, "Dock 9, Harbour Lane, Whitby YO21 0XX", LABEL)
    pen.text(RIGHT, 66, "Payslip", Face(fonts.SANS_BOLD, 20, ROSE), "right")
    pen.text(RIGHT, 81, "Private and confidential", LABEL, "right")
    pen.rule(LEFT, 104, RIGHT, color=PLUM, line=1.4)


def person(pen: Pen) -> None:
    pen.box(LEFT, 126, RIGHT - LEFT, 165, fill=PALE, radius=8)
    facts = (
        ("Employee", EMPLOYEE),
        ("Pay period", "September 2026"),
        ("Employee number", "TR-0219"),
        ("Pay date", "30 September 2026"),
        ("Job title", "Controls Engineer"),
        ("Tax code", "1257L"),
        ("Department", "Gripper Systems"),
        ("Paid by", "Bank transfer"),
    )
    for index, (label, value) in enumerate(facts):
        x, y = LEFT + 18 + (index % 2) * 250, 151 + (index // 2) * 36
        pen.text(x, y, label, LABEL)
        pen.text(x, y + 14, value, STRONG)


def sums(pen: Pen) -> None:
    for x, label, value in ((LEFT, "Gross pay", GROSS), (306, "Total deductions", TAKEN)):
        pen.text(x + 6, 450, label, STRONG)
        pen.text(x + 227, 450, ENGLISH(value), STRONG, "right")
        pen.rule(x, 430, x + 233, color=PLUM, line=1)
    pen.box(LEFT, 486, RIGHT - LEFT, 58, fill=PLUM, radius=8)
    pen.text(LEFT + 20, 521, "Net pay", Face(fonts.SANS_BOLD, 14, "#ffffff"))
    pen.text(RIGHT - 20, 523, f"£{ENGLISH(GROSS - TAKEN)}", Face(fonts.SANS_BOLD, 22, "#ffffff"), "right")


def year_to_date(pen: Pen) -> None:
    pen.text(LEFT, 588, "This tax year so far", HEAD)
    months = 6
    boxes = (
        ("Taxable pay", GROSS * months - 480),
        ("Income tax", DEDUCTIONS[0][1] * months - 61),
        ("National Insurance", DEDUCTIONS[1][1] * months - 33),
        ("Pension", DEDUCTIONS[2][1] * months - 24),
    )
    for index, (label, value) in enumerate(boxes):
        x = LEFT + index * 122.5
        pen.box(x, 602, 115.5, 48, stroke="#e3d3e3", radius=5)
        pen.text(x + 11, 620, label, LABEL)
        pen.text(x + 11, 638, ENGLISH(value), STRONG)
    pen.rule(LEFT, 772, RIGHT, color="#eadfea")
    note = "Questions about your pay? people@tidewell.example · Keep this payslip for your records."
    pen.text(pen.width / 2, 788, note, LABEL, "center")
