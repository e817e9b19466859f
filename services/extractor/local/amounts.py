"""Amounts of money and plain numbers in running text, in the notations of several countries."""

import re
from dataclasses import dataclass

from services.extractor.local.currencies import currency_of

GROUPED = (
    r"\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})+|\d{1,3}(?:\.\d{3})+(?=,|\D|$)|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}"
)
NUMBER = rf"(?:{GROUPED})(?:\s?\.\s?\d{{1,4}}|,\d{{1,4}})?|\d+(?:\s?\.\s?\d{{1,4}}|,\d{{1,4}}|[.,]-{{1,2}})?|[.,]\d{{2}}(?=\s|$)"
MARK = r"(?:[A-Z]{2,3}\$?|R[Mm]|Rs\.?|[$€£¥₹₽₺฿₫₩₪]|kr\.?|zł|Kč|Ft|CHF|Euros?|EUROS?)"
DIGIT = re.compile(r"\d")
AMOUNT = re.compile(
    rf"(?<![\w.,/#-])(?<!\d:)(?P<open>\()?(?P<sign1>[-+\u2212\u2013]\s?)?(?:(?P<before>{MARK})\s?:?\s?)?(?P<sign2>[-\u2212\u2013]\s?)?"
    rf"(?P<number>{NUMBER})(?P<tail>-(?!\d))?(?:\s?(?P<after>{MARK})(?![A-Za-z]))?(?P<close>\))?(?:(?P<percent>\s?%)|"
    r"(?![\d/:]|[.,]\d|-\d))"
)


@dataclass(frozen=True)
class Amount:
    """One number in a text and how it was written. `start` and `end` are its place in the text."""

    value: float
    decimals: int
    start: int
    end: int
    currency: str | None = None
    percent: bool = False
    signed: bool = False

    @property
    def is_money(self) -> bool:
        """Two decimals or a currency beside it, and no per cent sign."""
        return not self.percent and (self.decimals == 2 or self.currency is not None)


def amounts_in(text: str, *, decimal_comma: bool | None = None) -> list[Amount]:
    """All numbers of a text from left to right. `decimal_comma` settles what 1.234 means."""
    if not DIGIT.search(text):
        return []
    found = []
    for match in AMOUNT.finditer(text):
        amount = _read(match, decimal_comma)
        if amount is not None:
            found.append(amount)
    return found


def uses_decimal_comma(text: str) -> bool | None:
    """Which decimal mark a document prefers; None when nothing tells."""
    commas = len(re.findall(r"\d,\d{2}(?!\d)", text))
    points = len(re.findall(r"\d\.\d{2}(?![\d.])", text))
    return None if commas == points else commas > points


def to_number(raw: str, *, decimal_comma: bool | None = None) -> tuple[float, int]:
    """The value of a written number and its count of decimals."""
    digits = re.sub(r"[\s'\u2019]", "", raw).rstrip("-").rstrip(".,")
    mark = _decimal_mark(digits, decimal_comma=decimal_comma)
    if mark is None:
        return float(re.sub(r"[.,]", "", digits)), 2 if raw.endswith("-") else 0
    whole, _, fraction = digits.rpartition(mark)
    return float(re.sub(r"[.,]", "", whole) + "." + fraction), len(fraction)


def _decimal_mark(digits: str, *, decimal_comma: bool | None) -> str | None:
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return None
    mark = digits[last]
    other = "," if mark == "." else "."
    if other in digits:
        return mark
    after = len(digits) - last - 1
    if digits.count(mark) > 1:
        return mark if after != 3 else None
    if after == 3 and not digits.startswith("0"):
        return mark if decimal_comma is not None and decimal_comma == (mark == ",") else None
    return mark


def _read(match: re.Match[str], decimal_comma: bool | None) -> Amount | None:  # noqa: FBT001 - one private caller
    value, decimals = to_number(match["number"], decimal_comma=decimal_comma)
    if len(re.sub(r"\D", "", match["number"])) > 13:
        return None
    bracketed = bool(match["open"] and match["close"])
    negative = bracketed or any(match[part] for part in ("sign2", "tail")) or _is_minus(match["sign1"])
    return Amount(
        value=-value if negative and value else value,
        decimals=decimals,
        start=match.start(),
        end=match.end(),
        currency=_currency(match, decimals),
        percent=bool(match["percent"]),
        signed=bool(negative),
    )


def _currency(match: re.Match[str], decimals: int) -> str | None:
    """The currency beside a number; the word Euro counts only beside cents, it stands in street names too."""
    marks = [mark for mark in (match["before"], match["after"]) if mark]
    behind = match.string[match.end() :]
    if match["after"] and not match["before"] and decimals == 0 and re.match(r"\s?[A-Za-z]", behind):
        return None  # 2016 CNY RED PACKET
    sure = [mark for mark in marks if decimals == 2 or not mark.upper().startswith("EURO")]
    return next((code for code in map(currency_of, sure) if code), None)


def _is_minus(sign: str | None) -> bool:
    return sign is not None and not sign.startswith("+")
