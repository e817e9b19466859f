"""Every way to read the numbers and dates of a printed row. Which reading is meant is for the caller to know."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

NUMBERS = (
    re.compile(r"(?<![:/\d])\d[\d.,'\u2019]*(?![:/])"),  # no part of a time or of a date
    re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)"),  # 1 234,56
    re.compile(r"\d[\d.,]*(?: [.,]|[.,] )\d{2}(?!\d)"),  # recognised with a space too many: 160 .00
)
MONTHS = (  # in English, German, French, Spanish, Italian, Dutch, Portuguese and Malay, and irregular short forms
    ("january", "januar", "janvier", "enero", "gennaio", "januari", "janeiro"),
    ("february", "februar", "fevrier", "febrero", "febbraio", "februari", "fevereiro"),
    ("march", "marz", "maerz", "mrz", "mars", "marzo", "maart", "mrt", "marco", "mac"),
    ("april", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "mei", "maio"),
    ("june", "juni", "juin", "junio", "giugno", "junho", "jun"),
    ("july", "juli", "juillet", "julio", "luglio", "julho", "julai", "jul"),
    ("august", "aout", "agosto", "augustus", "ogos"),
    ("september", "septembre", "septiembre", "settembre", "setembro"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro"),
    ("november", "novembre", "noviembre", "novembro"),
    ("december", "dezember", "decembre", "diciembre", "dicembre", "dezembro", "disember"),
)
NUMERIC_DATE = re.compile(  # the time may follow without a space where it was recognised
    r"(?<!\d)(\d{1,4}) ?[./-] ?(\d{1,2}) ?[./-] ?(\d{4}(?=\d?\d:\d\d)|(?:\d{4}|\d{2})(?!\d))"
)
PLAIN_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
PLAIN_DAY_FIRST = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")
DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})[a-z.]{0,3}[ /-]*(?:de |of )?([^\W\d_]{3,10})[., '/-]*(?:de |del )?(\d{4}|\d{2})?(?!\d)"
)
MONTH_DAY = re.compile(r"([^\W\d_]{3,10})[. ]*(\d{1,2})(?:st|nd|rd|th)?[, ]+(\d{4})(?!\d)")
SHORT_DATE = re.compile(
    r"(?<![\d./-])(\d\d?)(?:[/-](\d\d?)(?![.,]?\d|[/-])|\.(\d\d?)(?:\.(?![\d/-])|(?<=\d\d\.\d\d)(?![\d./-])))"
)
MONTH_YEAR = re.compile(r"(?:([^\W\d_]{3,10})[. /-]*|(?<!\d)(\d{1,2})[./-])((?:19|20)\d{2})(?!\d)")


class Day(NamedTuple):
    """A date as far as it is printed: statements leave out the year, periods the day."""

    year: int | None
    month: int
    day: int | None


def numbers(row: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yields (start, end, value) for each reading of each number; signs are not read."""
    for pattern in NUMBERS:
        for match in pattern.finditer(row):
            text = match.group().rstrip(".,'\u2019")
            for value in _readings(re.sub(r"[ \u00a0\u202f'\u2019]", "", text)):
                yield match.start(), match.start() + len(text), value


def days(row: str) -> Iterator[tuple[int, int, Day]]:
    """Yields (start, end, day) for each reading of each date: 03/04 is read as April and as March."""
    for match in _overlapping(NUMERIC_DATE, row):
        first, second, third = match.groups()
        orders = ((first, second, third),) if len(first) > 2 else ((third, second, first), (third, first, second))
        for year, month, day in orders:
            yield from _day(match, year, int(month), day)
    for match in PLAIN_DATE.finditer(row):
        yield from _day(match, match[1], int(match[2]), match[3])
    for match in PLAIN_DAY_FIRST.finditer(row):
        yield from _day(match, match[3], int(match[2]), match[1])
    for match in DAY_MONTH.finditer(row):
        yield from _day(match, match[3], _month(match[2]), match[1])
    for match in MONTH_DAY.finditer(row):
        yield from _day(match, match[3], _month(match[1]), match[2])
    for match in SHORT_DATE.finditer(row):
        second = match[2] or match[3]
        yield from _day(match, None, int(second), match[1])
        yield from _day(match, None, int(match[1]), second)
    for match in MONTH_YEAR.finditer(row):
        yield from _day(match, match[3], _month(match[1]) if match[1] else int(match[2]), None)


def _overlapping(pattern: re.Pattern[str], row: str) -> Iterator[re.Match[str]]:
    """What follows the wrong number before a date is no part of it: `#2- 25/12/2016`."""
    match = pattern.search(row)
    while match:
        yield match
        match = pattern.search(row, match.start() + 1)


def _readings(text: str) -> set[Decimal]:
    marks = [sign for sign in text if sign in ".,"]
    digits = re.sub(r"[.,]", "", text)
    if not marks:
        return {Decimal(digits)}
    whole, decimals = re.split(r"[.,](?=[^.,]*$)", text)
    with_decimals = Decimal(f"{re.sub('[.,]', '', whole)}.{decimals}")
    if len(decimals) != 3:
        return {with_decimals}
    return {Decimal(digits), with_decimals} if len(marks) == 1 else {Decimal(digits)}


def _day(match: re.Match[str], year: str | None, month: int, day: str | None) -> Iterator[tuple[int, int, Day]]:
    full_year = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    try:
        date(full_year or 2024, month, int(day or 1))
    except ValueError:
        return
    yield match.start(), match.end(), Day(full_year, month, int(day) if day else None)


@lru_cache(maxsize=4096)
def _month(name: str) -> int:
    """The month's number, 0 when it is no month."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if sign.isalpha() and sign < "\u0300"
    )
    return next((number for number, names in enumerate(MONTHS, 1) if any(n.startswith(bare) for n in names)), 0)
