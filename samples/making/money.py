"""Amounts: exact sums in Decimal, and the ways different countries write them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Notation:
    """How a country writes numbers: the mark between thousands and the mark before the cents."""

    thousands: str
    point: str

    def __call__(self, amount: Decimal, places: int = 2) -> str:
        plain = f"{amount:,.{places}f}"
        return plain.replace(",", "\0").replace(".", self.point).replace("\0", self.thousands)


ENGLISH = Notation(",", ".")
GERMAN = Notation(".", ",")
FRENCH = Notation("\u00a0", ",")
SWISS = Notation("'", ".")


def cents(amount: Decimal) -> Decimal:
    """Rounded to cents the way an accountant does, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def percent(amount: Decimal, rate: str) -> Decimal:
    """`rate` per cent of an amount, in cents."""
    return cents(amount * Decimal(rate) / 100)


@dataclass(frozen=True)
class Item:
    """One line of an invoice, a receipt or an order."""

    description: str
    quantity: Decimal
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        return cents(self.quantity * self.unit_price)

    def truth(self) -> dict[str, Any]:
        return {
            "description": self.description,
            "quantity": number(self.quantity),
            "unit_price": number(self.unit_price),
            "amount": number(self.amount),
        }


def item(description: str, quantity: str, unit_price: str) -> Item:
    return Item(description, Decimal(quantity), Decimal(unit_price))


def total(items: tuple[Item, ...]) -> Decimal:
    return sum((line.amount for line in items), Decimal(0))


def number(amount: Decimal) -> int | float:
    """As a JSON number: whole ones without a point."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
