"""A quarter of bank bookings: plausible, in order of date, with a balance that always adds up."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from samples.making.money import number

START, END = date(2026, 4, 1), date(2026, 6, 30)
OPENING = Decimal("12480.35")

# What is bought now and then, and between how many cents.
EVERYDAY = (
    ("Card purchase Quartierladen Gerbera", 1240, 9850),
    ("Card purchase Bäckerei Morgenrot", 480, 2360),
    ("Card purchase Rheinblick Apotheke", 990, 7420),
    ("Card purchase Velo Wirz", 2900, 38900),
    ("Card purchase Buchhandlung Kapitel Drei", 1690, 8340),
    ("Card purchase Trattoria Lumaca", 3450, 14280),
    ("Card purchase Kino Laterna", 1900, 5700),
    ("Card purchase Gärtnerei Hasler", 1450, 12640),
    ("Transit pass top-up", 2000, 6000),
    ("Online order Wollwerk", 3990, 21900),
)
CASH = "ATM withdrawal Bahnhofplatz"

# What comes every month: day, text, cents.
MONTHLY = (
    (1, "Standing order rent Lindenmattstrasse 5", -215000),
    (3, "Direct debit Aarekraft electricity", -8745),
    (5, "Direct debit Sanavita health insurance", -38620),
    (12, "Direct debit Fadennetz mobile", -4900),
    (15, "Standing order savings account", -60000),
    (25, "Salary Nordlicht Instruments AG", 684210),
    (28, "Standing order music school", -16500),
)


@dataclass(frozen=True)
class Booking:
    """One transaction; `amount` is negative when money leaves."""

    day: date
    description: str
    amount: Decimal
    balance: Decimal

    def truth(self) -> dict[str, Any]:
        return {
            "date": self.day.isoformat(),
            "description": self.description,
            "amount": number(self.amount),
            "balance": number(self.balance),
        }


def bookings() -> tuple[Booking, ...]:
    """All bookings of the quarter, oldest first."""
    balance, ledger = OPENING, []
    for day, description, cents in sorted([*regular(), *everyday(random.Random(417), 99)]):
        amount = Decimal(cents) / 100
        balance += amount
        ledger.append(Booking(day, description, amount, balance))
    return tuple(ledger)


def regular() -> list[tuple[date, str, int]]:
    return [(date(2026, month, day), text, cents) for month in (4, 5, 6) for day, text, cents in MONTHLY]


def everyday(chance: random.Random, count: int) -> list[tuple[date, str, int]]:
    spent = []
    for _ in range(count):
        day = START + timedelta(days=chance.randrange((END - START).days + 1))
        if chance.random() < 0.08:
            spent.append((day, CASH, -5000 * chance.randint(1, 6)))
        else:
            text, least, most = chance.choice(EVERYDAY)
            spent.append((day, text, -5 * (chance.randint(least, most) // 5)))
    return spent
