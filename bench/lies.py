"""Lies made from true values: a changed digit, a shifted day, what another document says, another currency."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from ingestio.evaluation.matching import amount_of, day_of, letters_of
from shared.pages import Pages

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "MYR", "INR", "SEK")
OFF_BY = (0.01, 0.1, 1, 10, 100)  # units of money
SHIFTS = (-400, -31, -7, -1, 1, 2, 30, 365)  # days
DAY = re.compile(r"(?<!\d)(\d{1,4})[./ -]{1,2}(\w{1,9})[./ -]{1,2}(\d{2,4})(?!\d)")


def lie_about(value: Any, *, others: Sequence[Any], random: Random) -> Any:
    """A value of the same kind that is not the true one, or the true one where none is to be had.

    `others` are what other documents say in its place.
    """
    kind = random.random()
    if value in CURRENCIES:
        return random.choice([code for code in CURRENCIES if code != value])
    text = value if isinstance(value, str) else f"{value:.2f}"
    if kind < 1 / 3 or not any(sign.isdigit() for sign in text):
        return random.choice(others) if others else value
    if isinstance(value, float):
        return round(value + random.choice(OFF_BY), 2) if kind < 2 / 3 else float(_other_digit(text, random))
    if day := _iso_day(value):
        return (day + timedelta(days=random.choice(SHIFTS))).isoformat()
    return _other_digit(value, random)


def typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Labels as a reader gives them: amounts as numbers, days as ISO dates, nothing that is null."""
    return {name: _typed(name, value) for name, value in fields.items() if value not in (None, "")}


def is_printed(value: Any, pages: Pages) -> bool:
    """Whether a lie happens to stand on the pages, and so is none. A day may be printed month first."""
    text = " ".join(word.text for page in pages.pages for word in page.words)
    if isinstance(value, float):
        return any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d.,]*\d)", text) for form in _forms(abs(value)))
    if day := _iso_day(value):
        written = ((match, f"{match[2]}/{match[1]}/{match[3]}") for match in DAY.finditer(text))
        return any(day in (day_of(match[0]), day_of(swapped)) for match, swapped in written)
    return letters_of(value) in letters_of(text)


def _forms(value: float) -> Iterator[str]:
    """A number as people print it."""
    for form in (f"{value:.2f}", f"{value:,.2f}", f"{value:,.2f}".replace(",", " ")):
        yield from (form, form.translate(str.maketrans(",.", ".,")))
    if value == int(value):
        yield str(int(value))


def _typed(name: str, value: Any) -> Any:
    if "date" in name and (day := day_of(value)):
        return day.isoformat()
    money = re.search("total|amount|tax|net", name) and amount_of(value) is not None
    return float(amount_of(value) or 0) if money else str(value)


def _iso_day(value: str) -> date | None:
    return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None


def _other_digit(text: str, random: Random) -> str:
    place = random.choice([place for place, sign in enumerate(text) if sign.isdigit()])
    return text[:place] + random.choice([sign for sign in "0123456789" if sign != text[place]]) + text[place + 1 :]
