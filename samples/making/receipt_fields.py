"""The values of a receipt as they stand in truth.json."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from samples.making.money import Item, cents, number, percent, total


@dataclass(frozen=True)
class Receipt:
    """What a receipt says. Where `tax_included`, prices are what one pays; elsewhere tax comes on top."""

    company: str
    address: tuple[str, str]
    paid: date
    currency: str
    tax_rate: str
    tax_included: bool
    items: tuple[Item, ...]

    @property
    def subtotal(self) -> Decimal:
        if self.tax_included:
            return cents(total(self.items) / (1 + Decimal(self.tax_rate) / 100))
        return total(self.items)

    @property
    def tax(self) -> Decimal:
        return self.total - self.subtotal

    @property
    def total(self) -> Decimal:
        if self.tax_included:
            return total(self.items)
        return self.subtotal + percent(self.subtotal, self.tax_rate)

    def fields(self) -> dict[str, Any]:
        return {
            "company": self.company,
            "address": ", ".join(self.address),
            "date": self.paid.isoformat(),
            "currency": self.currency,
            "subtotal": number(self.subtotal),
            "tax": number(self.tax),
            "total": number(self.total),
            "line_items": [line.truth() for line in self.items],
        }
