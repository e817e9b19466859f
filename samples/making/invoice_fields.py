"""The values of an invoice as they stand in truth.json."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from samples.making.money import Item, number, percent, total


@dataclass(frozen=True)
class Invoice:
    """What an invoice says; net, tax and total follow from the lines."""

    vendor: str
    customer: str
    number: str
    issued: date
    due: date
    currency: str
    tax_rate: str
    items: tuple[Item, ...]

    @property
    def net(self) -> Decimal:
        return total(self.items)

    @property
    def tax(self) -> Decimal:
        return percent(self.net, self.tax_rate)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    def fields(self) -> dict[str, Any]:
        return {
            "vendor": self.vendor,
            "customer": self.customer,
            "invoice_number": self.number,
            "date": self.issued.isoformat(),
            "due_date": self.due.isoformat(),
            "currency": self.currency,
            "net_amount": number(self.net),
            "tax_amount": number(self.tax),
            "total_amount": number(self.gross),
            "line_items": [line.truth() for line in self.items],
        }
