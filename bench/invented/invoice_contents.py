"""What an invented invoice says: parties, dates, rows and sums, apart from how it looks."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bench.invented.writing import Author


@dataclass(frozen=True)
class Invoice:
    """What an invoice says, apart from how it looks."""

    vendor: str
    vendor_address: tuple[str, str]
    customer: str
    customer_address: tuple[str, str]
    number: str
    order: str
    issued: date
    due: date
    rate: float
    items: list[tuple[str, float, float, float]]

    @property
    def net(self) -> float:
        return round(sum(item[3] for item in self.items), 2)

    @property
    def tax(self) -> float:
        return round(self.net * self.rate / 100, 2)

    @property
    def total(self) -> float:
        return round(self.net + self.tax, 2)


def invoice_told(author: Author) -> Invoice:
    """An invoice drawn in the words of its author."""
    random = author.random
    issued = date(2019, 1, 3) + timedelta(days=random.randrange(2800))
    items = []
    for name in random.sample(author.fixed("items"), k=random.randrange(1, len(author.fixed("items")) + 1)):
        quantity = float(random.choice((1, 1, 2, 3, 5, 12, 2.5)))
        price = round(random.choice((9.9, 45, 129.5, 780, 1450, 0.85)) * random.uniform(0.5, 2), 2)
        items.append((name, quantity, price, round(quantity * price, 2)))
    number = random.choice(("{y}-{n:04d}", "{n:06d}", "RE{n:05d}", "{y}/{n:03d}", "INV-{n:05d}", "F{y}.{n:04d}", "{n}"))
    streets, towns = author.random.sample(author.fixed("streets"), 2), author.random.sample(author.fixed("towns"), 2)
    return Invoice(
        vendor=author.draw("vendors"),
        vendor_address=(streets[0], towns[0]),
        customer=author.draw("customers"),
        customer_address=(streets[1], towns[1]),
        number=number.format(y=issued.year, n=random.randrange(120, 9000)),
        order=f"{random.randrange(40000, 99000)}",
        issued=issued,
        due=issued + timedelta(days=random.choice((10, 14, 30))),
        rate=author.draw("rates"),
        items=items,
    )


def truth_of(author: Author, told: Invoice) -> dict[str, Any]:
    """What a right reading of the invoice gives."""
    return {
        "vendor": told.vendor, "customer": told.customer, "invoice_number": told.number, "date": told.issued.isoformat(),
        "due_date": told.due.isoformat(), "currency": author.currency, "net_amount": told.net, "tax_amount": told.tax,
        "total_amount": told.total,
        "line_items": [
            {"description": name, "quantity": quantity, "unit_price": price, "amount": amount}
            for name, quantity, price, amount in told.items
        ],
    }  # fmt: skip
