"""Net and tax make the total, rows make the net or the total, balances and transactions agree."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from services.extractor.meanings import by_meaning
from shared.results import JsonObject, ResultWarning

ROUNDING = Decimal("0.05")  # cash is rounded to the next coin
ROW_ROUNDING = Decimal("0.005")
EXTRAS = ("discount", "shipping", "freight", "delivery", "fee", "rounding", "surcharge", "deposit", "tip")


def sum_warnings(data: JsonObject) -> Iterator[ResultWarning]:
    """Yields a warning for each sum that is not what its parts make."""
    named = by_meaning(data)
    parts = {
        meaning: (name, number) for meaning, (name, value) in named.items() if (number := as_number(value)) is not None
    }
    yield from _total(parts)
    for name, rows in data.items():
        if isinstance(rows, list) and rows:
            amounts = _amounts(rows)
            if amounts:
                yield from _balance(parts, amounts)
                yield from _items(name, parts, amounts, data)


def as_number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


Parts = dict[str, tuple[str, Decimal]]


def _total(parts: Parts) -> Iterator[ResultWarning]:
    if not {"net", "tax", "total"} <= parts.keys():
        return
    (net, net_value), (tax, tax_value), (total, total_value) = (parts[each] for each in ("net", "tax", "total"))
    included = "sub" in net and abs(net_value - total_value) <= ROUNDING  # some tills print it with tax
    if not included and abs(net_value + tax_value - total_value) > ROUNDING:
        message = f"{net} and {tax} make {net_value + tax_value}, and not the {total} of {total_value}."
        yield ResultWarning(code="total_mismatch", message=message, field=total)


def _amounts(rows: list[Any]) -> list[Decimal]:
    """The amounts of all rows; none when a row has none."""
    found = [as_number(by_meaning(row).get("amount", ("", None))[1]) if isinstance(row, dict) else None for row in rows]
    return [amount for amount in found if amount is not None] if None not in found else []


def _balance(parts: Parts, amounts: list[Decimal]) -> Iterator[ResultWarning]:
    if not {"opening", "closing"} <= parts.keys():
        return
    (_, opening), (name, closing) = parts["opening"], parts["closing"]
    moved = opening + sum(amounts)
    if moved != closing:
        message = f"The opening balance and the transactions make {moved}, the closing balance is {closing}."
        yield ResultWarning(code="balance_mismatch", message=message, field=name)


def _items(name: str, parts: Parts, amounts: list[Decimal], data: JsonObject) -> Iterator[ResultWarning]:
    """Rows may be shown with or without tax, and before or after what is added or taken off."""
    targets = [parts[each][1] for each in ("net", "total") if each in parts]
    if not targets or "opening" in parts:
        return
    if "tax" in parts:
        targets += [target + sign * parts["tax"][1] for target in targets for sign in (1, -1)]
    extras = [as_number(value) for key, value in data.items() if any(word in key.lower() for word in EXTRAS)]
    extra = sum((value for value in extras if value is not None), Decimal(0))
    added, slack = sum(amounts, Decimal(0)), ROUNDING + ROW_ROUNDING * len(amounts)
    if not any(abs(added + change - target) <= slack for target in targets for change in (0, extra, -extra)):
        message = f"The rows of {name} make {added}, which is neither the net amount nor the total."
        yield ResultWarning(
            code="items_mismatch", message=message, field=parts["total" if "total" in parts else "net"][0]
        )
