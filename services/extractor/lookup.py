"""Looks a value up on the pages: the same words, the same number, the same day, or nearly the same text."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz

from services.extractor.page_index import PageIndex, Span, compact
from services.extractor.printed import Day

EXACT, SAME, PARTLY, SPREAD, CONFUSED = 0.98, 0.95, 0.85, 0.8, 0.8
ALIKE = str.maketrans("015L8", "OISIB")  # in compact text
NEARLY = 85.0  # per cent of signs that agree, below which two texts are not the same
NEARLY_WORD = 65.0
SHORTEST_FUZZY = 6
SPREAD_ROWS = 6  # an address in a column stands on so many rows, with other columns between its words
MOST_HITS = 5_000

DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?$")
NUMBER = re.compile(r"-?\d+(\.\d+)?$")
CURRENCIES = {
    "EUR": ("€", "EURO"), "USD": ("$", "US$", "DOLLAR"), "GBP": ("£",), "JPY": ("¥",), "INR": ("₹", "RS"), "MYR": ("RM", "RINGGIT"),
    "CHF": ("SFR", "FR."), "BRL": ("R$",), "PLN": ("ZŁ",), "SGD": ("S$",), "AUD": ("A$",), "CAD": ("C$",),
}  # fmt: skip


Scalar = str | int | float


class Hit(NamedTuple):
    """A place on the pages that supports a value, and how well, 0..1."""

    span: Span
    quality: float


class Lookup:
    """Finds values on the pages, each only once: long lists repeat theirs."""

    def __init__(self, index: PageIndex) -> None:
        self.index = index
        self._known: dict[tuple[type, Scalar], list[Hit]] = {}

    def hits(self, value: Scalar) -> list[Hit]:
        """Every place of the value, in whatever form it is printed, in order; similar texts only when there is none."""
        key = (type(value), value)
        if key not in self._known:
            self._known[key] = _find(value, self.index)
        return self._known[key]


def _find(value: Scalar, index: PageIndex) -> list[Hit]:
    found = sorted(islice(_hits(value, index), MOST_HITS))
    if found or isinstance(value, int | float):
        return found
    words = [word for word in map(compact, value.split()) if word]
    return _spread(words, index, index.text) or _confused(words, index) or _nearly(value, index)


def _hits(value: Scalar, index: PageIndex) -> Iterator[Hit]:
    if isinstance(value, int | float):
        yield from _amounts(Decimal(str(value)), index)
        return
    for span in index.find(compact(value)):
        yield Hit(span, EXACT if index.quote(span).casefold() == " ".join(value.split()).casefold() else SAME)
    if date := DATE.match(value):
        yield from _days(Day(int(date[1]), int(date[2]), int(date[3]) if date[3] else None), index)
    elif NUMBER.match(value):
        yield from _amounts(Decimal(value), index)
    elif value in CURRENCIES:
        yield from _signs(CURRENCIES[value], index)


def _amounts(value: Decimal, index: PageIndex) -> Iterator[Hit]:
    """The amount without its sign: money that goes out is often printed without one."""
    for span in index.amounts.get(abs(value), []):
        if value == 0 and not any(sign in ".," for sign in index.quote(span)):
            continue  # a nought alone says little
        lost_sign = value > 0 and index.quote(span).startswith("-")
        yield Hit(span, PARTLY if lost_sign else SAME)


def _days(day: Day, index: PageIndex) -> Iterator[Hit]:
    yield from (Hit(span, SAME) for span in index.days.get(day, []))
    if day.day is not None and str(day.year) in index.text:
        yield from (Hit(span, PARTLY) for span in index.days.get(day._replace(year=None), []))


def _signs(signs: tuple[str, ...], index: PageIndex) -> Iterator[Hit]:
    """Signs of letters stand alone or before a number: RM5.00, but not RS in HOURS or Fr. in alexis@fr.example."""
    patterns = [
        (r"(?<![A-Z0-9.@/])" if sign[0].isalpha() else "")
        + re.escape(sign)
        + (r"(?![A-Z])" if sign[-1].isalpha() else "")
        for sign in signs
    ]
    for row, printed in enumerate(index.rows):
        if any(re.search(pattern, printed.text.upper()) for pattern in patterns):
            yield Hit(index.row_span(row), SAME)


def _confused(words: list[str], index: PageIndex) -> list[Hit]:
    """The text where letters and digits that look alike were taken for each other."""
    alike = [word.translate(ALIKE) for word in words]
    text, needle = index.text.translate(ALIKE), "".join(alike)
    at = text.find(needle) if len(needle) >= SHORTEST_FUZZY else -1
    return [Hit((at, at + len(needle)), CONFUSED)] if at >= 0 else _spread(alike, index, text)


def _spread(words: list[str], index: PageIndex, text: str) -> list[Hit]:
    """A text of several words that stand in order on a few rows, with words of other columns between them.

    Of places that end with the same word, the shortest.
    """
    if len(words) < 2:
        return []
    ends = {}
    start = text.find(words[0])
    while start >= 0:
        if end := _end_of(words[1:], start + len(words[0]), index, text):
            ends[end] = start
        start = text.find(words[0], start + 1)
    return sorted(Hit((start, end), SPREAD) for end, start in ends.items())


def _end_of(words: list[str], place: int, index: PageIndex, text: str) -> int | None:
    """Where the last of the words ends that follow on the next rows, None where they do not."""
    start = place - 1
    last_row = min(index.row_at(start) + SPREAD_ROWS, len(index.rows)) - 1
    limit = index.row_span(last_row)[1]
    for word in words:
        at = text.find(word, place, limit)
        if at < 0:
            return None
        place = at + len(word)
    return place


def _nearly(value: str, index: PageIndex) -> list[Hit]:
    """The most similar text of a page, for recognised pages where letters were misread. Its digits must agree."""
    needle = compact(value)
    code = " " not in value.strip() and _digits(needle)  # a number with letters is that number or another one
    if len(needle) < SHORTEST_FUZZY or code or DATE.match(value):
        return []
    best: list[Hit] = []
    for start, end in index.page_spans():
        match = fuzz.partial_ratio_alignment(needle, index.text[start:end], score_cutoff=NEARLY)
        if match is None or (best and match.score / 100 <= best[0].quality):
            continue
        span = start + match.dest_start, start + match.dest_end
        if _digits(needle) in ("", _digits(index.text[slice(*span)])):
            best = [Hit(span, match.score / 100)]
    return [Hit(hit.span, hit.quality * SPREAD) for hit in best]


def reads_like(value: str, printed: str) -> bool:
    """Whether each word of a text stands in what is printed, letters misread perhaps, but no digit."""
    text = compact(printed)
    words = [word for word in map(compact, value.split()) if word]
    return all(
        fuzz.partial_ratio(word, text) >= NEARLY_WORD if word.isalpha() else word in text
        for word in words
        if len(word) > 2 or not word.isalpha()
    )


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
