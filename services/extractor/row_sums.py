"""Arithmetic inside lists: quantity times price makes the amount, each balance follows from the one before."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from services.extractor.meanings import by_meaning
from services.extractor.sums import as_number
from shared.results import JsonObject, ResultWarning

MOST = 0.8  # of the rows: a rule that so many keep is one of the document's, and the others break it
CENTS = Decimal("0.02")
PER_CENT = Decimal("0.005")  # prices are printed rounded
Values = dict[str, Decimal]


def row_warnings(data: JsonObject) -> Iterator[ResultWarning]:
    """Yields a warning for each list whose rows mostly keep a rule that some of them break."""
    for name, rows in data.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            continue
        values = [_values(row) for row in rows]
        kept = [(number, _multiplies(row)) for number, row in enumerate(values)]
        yield from _broken(name, kept, "row_mismatch", "quantity and price do not make the amount")
        kept = _balances(values)
        yield from _broken(name, kept, "balance_gap", "the balance does not follow from the row before")


def _values(row: JsonObject) -> Values:
    numbers: dict[str, Any] = {meaning: as_number(value) for meaning, (_, value) in by_meaning(row).items()}
    return {meaning: number for meaning, number in numbers.items() if number is not None}


def _multiplies(row: Values) -> bool | None:
    """None where the rule does not apply."""
    if not {"quantity", "unit_price", "amount"} <= row.keys():
        return None
    made = row["quantity"] * row["unit_price"]
    return abs(made - row["amount"]) <= max(CENTS, abs(made) * PER_CENT)


def _balances(rows: Sequence[Values]) -> list[tuple[int, bool | None]]:
    """Statements run forwards or backwards in time: the direction that more rows keep counts."""
    forwards = _follow(rows, lambda before, after: before["balance"] + after["amount"] == after["balance"])
    backwards = _follow(rows, lambda before, after: after["balance"] + before["amount"] == before["balance"])
    return max(forwards, backwards, key=lambda kept: sum(each is True for _, each in kept))


def _follow(rows: Sequence[Values], rule: Callable[[Values, Values], bool]) -> list[tuple[int, bool | None]]:
    whole = [{"amount", "balance"} <= row.keys() for row in rows]
    return [
        (number, rule(before, after) if whole[number - 1] and whole[number] else None)
        for number, (before, after) in enumerate(pairwise(rows), 1)
    ]


def _broken(name: str, kept: Sequence[tuple[int, bool | None]], code: str, what: str) -> Iterator[ResultWarning]:
    known = [(number, good) for number, good in kept if good is not None]
    wrong = [number for number, good in known if not good]
    if wrong and len(known) - len(wrong) >= MOST * len(known):
        message = f"In {len(wrong)} rows of {name} {what}, first in row {wrong[0] + 1}."
        yield ResultWarning(
            code=code, message=message, field=f"{name}[{wrong[0]}].{'balance' if 'gap' in code else 'amount'}"
        )
