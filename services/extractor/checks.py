"""Rules on the values of a result: sums against totals, balances against transactions, values that must be there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from shared.results import JsonObject, ResultWarning

TOTALS = (("net_amount", "tax_amount", "total_amount"), ("subtotal", "tax", "total"))
NEEDED = ("total", "total_amount", "closing_balance", "net_pay")
ROUNDING = Decimal("0.05")  # cash is rounded to the next coin


def checks(data: JsonObject, schema: JsonObject) -> Iterator[ResultWarning]:
    """Yields a warning for each rule that does not hold. Rules whose values are not all there do not apply."""
    yield from _missing(data, schema)
    for net, tax, total in TOTALS:
        yield from _total(data, net, tax, total)
    yield from _balance(data)


def _missing(data: JsonObject, schema: JsonObject) -> Iterator[ResultWarning]:
    for name, part in schema.get("properties", {}).items():
        kinds = part.get("type", "null")
        demanded = name in schema.get("required", []) and "null" not in kinds and "array" not in kinds
        if data.get(name) is None and (demanded or name in NEEDED):
            yield ResultWarning(code="missing_field", message=f"No {name} was found.", field=name)


def _total(data: JsonObject, net: str, tax: str, total: str) -> Iterator[ResultWarning]:
    parts, whole = (_number(data.get(net)), _number(data.get(tax))), _number(data.get(total))
    if parts[0] is None or parts[1] is None or whole is None:
        return
    included = net == "subtotal" and abs(parts[0] - whole) <= ROUNDING  # some tills print it with tax
    if not included and abs(parts[0] + parts[1] - whole) > ROUNDING:
        message = f"{net} and {tax} make {parts[0] + parts[1]}, and not the {total} of {whole}."
        yield ResultWarning(code="total_mismatch", message=message, field=total)


def _balance(data: JsonObject) -> Iterator[ResultWarning]:
    opening, closing = _number(data.get("opening_balance")), _number(data.get("closing_balance"))
    rows = data.get("transactions")
    if opening is None or closing is None or not isinstance(rows, list) or not rows:
        return
    amounts = [_number(row.get("amount")) if isinstance(row, dict) else None for row in rows]
    moved = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if opening + moved != closing:
        message = f"The opening balance and the transactions make {opening + moved}, the closing balance is {closing}."
        yield ResultWarning(code="balance_mismatch", message=message, field="closing_balance")


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
