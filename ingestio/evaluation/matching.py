"""Whether two values say the same: dates in any notation, amounts to the cent, texts by their letters and digits."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

DAY_FIRST = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d %b %Y", "%d %b %y", "%d %B %Y", "%d%m%Y",
    "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d", "%Y%m%d",
)  # fmt: skip
AMOUNT = re.compile(r"^\W*(?:[A-Za-z]{1,4}\W*)?([\d.,'\s\u00a0\u202f\u2019]*\d)\W*[A-Za-z]{0,4}\W*$")
NEGATIVE = re.compile(r"^\D*[-\u2212(]")


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same, whatever their notation. Numeric dates are read day first."""
    if one is None or other is None:
        return one is other
    if letters_of(one) == letters_of(other) != "":
        return _sign(one) == _sign(other)
    for meaning in (amount_of, day_of):
        mine, theirs = meaning(one), meaning(other)
        if mine is not None and theirs is not None:
            return mine == theirs
    return False


def row_key(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """A row in a form in which equal rows are equal: amounts to the cent, dates as ISO, texts by letters and digits."""
    return tuple(sorted((name, _plain(value)) for name, value in row.items() if value is not None))


def letters_of(value: Any) -> str:
    """Letters and digits only, without case; accents stay."""
    text = unicodedata.normalize("NFKC", str(value)).casefold()
    return "".join(sign for sign in text if sign.isalnum())


def amount_of(value: Any) -> Decimal | None:
    """The number a value is, rounded to the cent; None when it is none. `1.234,50 €` and `1,234.5` are the same."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _cents(str(value))
    found = AMOUNT.match(str(value))
    if not found:
        return None
    digits = re.sub(r"[^\d.,]", "", found[1])
    last = max(digits.rfind("."), digits.rfind(","))
    mixed = "." in digits and "," in digits
    decimal = last >= 0 and (mixed or (digits.count(digits[last]) == 1 and len(digits) - last - 1 <= 2))
    whole, rest = (digits[:last], digits[last + 1 :]) if decimal else (digits, "")
    number = _cents(f"{re.sub(r'[.,]', '', whole) or '0'}.{rest or '0'}")
    return -number if number is not None and _sign(value) else number


def day_of(value: Any) -> date | None:
    """The day a text names; None when it names none."""
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", str(value).strip(), flags=re.IGNORECASE)
    for notation in DAY_FIRST:
        try:
            return datetime.strptime(text, notation).date()  # noqa: DTZ007  # a calendar day, in no time zone
        except ValueError:
            continue
    return None


def _sign(value: Any) -> bool:
    """Whether an amount is negative; text with letters before its minus has a hyphen, and no sign."""
    if isinstance(value, int | float):
        return value < 0
    return bool(NEGATIVE.match(str(value)) and AMOUNT.match(str(value)))


def _cents(text: str) -> Decimal | None:
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _plain(value: Any) -> str:
    if (day := day_of(value)) and isinstance(value, str):
        return day.isoformat()
    number = amount_of(value)
    return str(number) if number is not None else letters_of(value)
