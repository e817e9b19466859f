"""A bank statement over four pages, Swiss francs with 1'234.56, headers and carried balances on each page."""

from decimal import Decimal

from samples.making import fonts
from samples.making.ledger import END, OPENING, START, Booking, bookings
from samples.making.money import SWISS, number
from samples.making.pen import Face, Pen
from samples.making.sample import Sample
from samples.making.table import Column, Look, draw_table

PINE, MINT, QUIET = "#14532d", "#eef6f0", "#6b7280"
LEFT, RIGHT = 56, 539
BODY = Face(fonts.SANS, 8.6)
STRONG = Face(fonts.SANS_BOLD, 8.6)
LABEL = Face(fonts.SANS, 8, QUIET)
LOOK = Look(head=Face(fonts.SANS_BOLD, 8, "#ffffff"), body=BODY, head_fill=PINE, row=17.6, head_row=20, stripe=MINT)
COLUMNS = (
    Column("Date", 72),
    Column("Description", 237),
    Column("Amount CHF", 84, "right"),
    Column("Balance CHF", 90, "right"),
)
HOLDER = "Linnea Ambühl-Corradi"
ACCOUNT = "CH00 0999 9000 0417 2208 1"
FIRST_PAGE, OTHER_PAGES = 25, 32


def make() -> Sample:
    ledger = bookings()
    pages = split(ledger)
    pen = Pen("Account statement", "Edelgrund Bank")
    carried = OPENING
    for index, rows in enumerate(pages):
        head(pen, index + 1, len(pages))
        top = 154
        if index == 0:
            summary(pen, ledger)
            top = 286
        label = "Opening balance" if index == 0 else "Balance brought forward"
        y = balance_line(pen, top, label, SWISS(carried))
        y = draw_table(pen, LEFT, y, COLUMNS, [cells(row) for row in rows], look=LOOK)
        carried = rows[-1].balance
        last = index == len(pages) - 1
        balance_line(pen, y + 2, "Closing balance" if last else "Balance carried forward", SWISS(carried))
        foot(pen)
        pen.next_page()
    return Sample("bank-statement.pdf", "bank_statement", pen.finish(), pages=len(pages), fields=fields(ledger))


def fields(ledger: tuple[Booking, ...]) -> dict[str, object]:
    return {
        "account_holder": HOLDER,
        "account_number": ACCOUNT,
        "period_start": START.isoformat(),
        "period_end": END.isoformat(),
        "opening_balance": number(OPENING),
        "closing_balance": number(ledger[-1].balance),
        "transactions": [booking.truth() for booking in ledger],
    }


def split(ledger: tuple[Booking, ...]) -> list[tuple[Booking, ...]]:
    """The bookings of each page; the first page has less room."""
    rest = ledger[FIRST_PAGE:]
    return [ledger[:FIRST_PAGE], *(rest[start : start + OTHER_PAGES] for start in range(0, len(rest), OTHER_PAGES))]


def cells(booking: Booking) -> tuple[str, ...]:
    return f"{booking.day:%d.%m.%Y}", booking.description, SWISS(booking.amount), SWISS(booking.balance)


def head(pen: Pen, page: int, of: int) -> None:
    pen.shape(((LEFT, 78), (LEFT + 17, 46), (LEFT + 34, 78)), PINE)
    pen.shape(((LEFT + 17, 78), (LEFT + 29, 56), (LEFT + 41, 78)), "#6fae85")
    pen.text(LEFT + 52, 66, "Edelgrund Bank", Face(fonts.SANS_BOLD, 17, PINE))
    pen.text(LEFT + 52, 79, "Private banking since the last snow", LABEL)
    pen.text(RIGHT, 58, "Account statement", Face(fonts.SANS_BOLD, 11), "right")
    pen.text(RIGHT, 71, "01.04.2026 to 30.06.2026", BODY, "right")
    pen.text(RIGHT, 84, f"Page {page} of {of}", LABEL, "right")
    pen.rule(LEFT, 98, RIGHT, color=PINE, line=1.2)
    for x, label, value in (
        (LEFT, "Account holder", HOLDER),
        (LEFT + 200, "Account number", ACCOUNT),
        (480, "Currency", "CHF"),
    ):
        pen.text(x, 115, label, LABEL)
        pen.text(x, 128, value, STRONG)


def summary(pen: Pen, ledger: tuple[Booking, ...]) -> None:
    money_in = sum((row.amount for row in ledger if row.amount > 0), Decimal(0))
    money_out = sum((row.amount for row in ledger if row.amount < 0), Decimal(0))
    pen.lines(LEFT, 164, (HOLDER, "Lindenmattstrasse 5", "3012 Bern"), BODY, leading=13)
    boxes = (
        ("Opening balance", SWISS(OPENING)),
        ("Money in", SWISS(money_in)),
        ("Money out", SWISS(money_out)),
        ("Closing balance", SWISS(ledger[-1].balance)),
    )
    for index, (label, value) in enumerate(boxes):
        x = LEFT + index * 122.5
        pen.box(x, 216, 115.5, 46, fill=MINT, radius=5)
        pen.text(x + 11, 233, label, LABEL)
        pen.text(x + 11, 250, value, Face(fonts.SANS_BOLD, 11.5, PINE))


def balance_line(pen: Pen, y: float, label: str, value: str) -> float:
    pen.text(LEFT + 72 + LOOK.pad, y + 12, label, STRONG)
    pen.text(RIGHT - LOOK.pad, y + 12, value, STRONG, "right")
    return y + 20


def foot(pen: Pen) -> None:
    pen.rule(LEFT, 796, RIGHT, color="#c7d8cc")
    note = "Edelgrund Bank AG · Schneckengasse 1, 3011 Bern · Please check this statement and tell us within 30 days."
    pen.text(pen.width / 2, 810, note, Face(fonts.SANS, 7, QUIET), "center")
