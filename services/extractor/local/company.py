"""The company that issued a receipt: the best name row near the top, joined with the rows that complete it."""

import re
from dataclasses import dataclass
from itertools import pairwise

from services.extractor.local.blocks import POSTCODE_CITY, STREET_NUMBER
from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Layout, Line
from services.extractor.local.names import (
    ENDING_TRADE,
    NOT_A_NAME,
    OWNED_BY,
    REGISTERED,
    TAIL,
    TRADE,
    legal_form,
    without_registration,
)
from services.extractor.local.places import AREA, NUMBERED, PHONE, PLACE_NAMES, POSTCODE, SHORT_WORDS, STOP, STREET
from services.extractor.local.repair import mended, nearly
from services.extractor.local.text import compact, has_letters, mentions, plain, tokens

TOP = 16  # rows of a receipt among which the name is looked for
VOCABULARY = frozenset(word for word in TRADE if len(word) >= 6) - {"BACKEREI"}  # its accent is no misreading
STREETS = frozenset(STREET)
AREAS = frozenset(AREA)
ADDRESS_WORDS = frozenset(word for word in (*AREA, *STREET) if len(word) >= 4) | {*SHORT_WORDS, *PLACE_NAMES}
LEGAL_TAILS = ("SDNBHD",)


@dataclass(frozen=True)
class Company:
    """The name and the lines it was read from."""

    found: Candidate
    first: int
    last: int


def company_of(layout: Layout) -> Company | None:
    """The name of the shop or company, None when no row looks like one."""
    lines = layout.lines[:TOP]
    best = choose((_in_place(layout, line, _scored(line)) for line in lines), at_least=-0.5)
    if best is None:
        return None
    index = next(line.index for line in lines if line.words == best.words)
    first, last = _joined(layout, index)
    rows = layout.lines[first : last + 1]
    name = " ".join(_cleaned(row.text) for row in rows)
    found = Candidate(
        _spaced(name), best.score, rows[0].page, tuple(w for row in rows for w in row.words), best.facts, best.margin
    )
    return Company(found, first, last)


def _scored(line: Line) -> Candidate:
    text = _cleaned(line.text)
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    facts = {
        "legal form": 3.0 if legal_form(text) or _misread_tail(text) else 0.0,
        "trade": 1.0 if mentions(text, TRADE) else 0.0,
        "not a name": -4.0 if _is_other_line(line.text) else 0.0,
        "address": -2.0 if is_address_row(text) else -0.8 if tokens(text) & STREETS else 0.0,
        "digits": -4.0 * digits / max(letters + digits, 1),
        "short": -3.0 if letters < 4 else 0.0,
        "lower case": -1.5 if text == text.lower() else 0.0,
        "amount": -3.0 if line.has_money or line.dates else 0.0,
        "columns": -2.5 if len(line.cells) > 2 else 0.0,
    }
    spoken = frozenset(fact for fact, points in facts.items() if points > 0)
    return Candidate(text, sum(facts.values()), line.page, line.words, spoken)


def _in_place(layout: Layout, line: Line, candidate: Candidate) -> Candidate:
    """Points for standing high, and right above an address; fewer below a row that says who owns the shop."""
    before = [other for other in layout.lines[: line.index] if sum(char.isalpha() for char in other.text) > 3]
    candidate = candidate.adding("row", 1.2 - 0.3 * len(before))
    below = [other for other in layout.lines[line.index + 1 : line.index + 4] if not _is_registration(other.text)]
    if below and is_address_row(below[0].text):
        candidate = candidate.adding("above address", 0.3)
    if below and _is_street_above_town(line.text, below[0].text):
        candidate = candidate.adding("street", -3.0)
    if before and mentions(before[-1].text, OWNED_BY):
        candidate = candidate.adding("owner", -2.5)
    return candidate


def _is_street_above_town(text: str, below: str) -> bool:
    street = STREET_NUMBER.search(plain(text)) and not legal_form(text)
    return bool(street) and bool(POSTCODE_CITY.search(plain(below)))


def _is_registration(text: str) -> bool:
    return not has_letters(without_registration(text), 4)


def _is_other_line(text: str) -> bool:
    if legal_form(text) or _misread_tail(text):
        return bool(REGISTERED.search(text))
    return mentions(text, NOT_A_NAME) or bool(STOP.search(text)) or bool(PHONE.search(text))


def is_address_row(text: str) -> bool:
    words = tokens(mended(text, ADDRESS_WORDS))
    named = len(words & (STREETS | AREAS))
    return (
        bool(POSTCODE.search(plain(text))) or bool(NUMBERED.match(text) and named) or named >= 2 or named == len(words)
    )


def _misread_tail(text: str) -> bool:
    """A legal tail within two edits: SBN 3HD."""
    return not legal_form(text) and _tail_place(text) is not None


def _tail_place(text: str) -> tuple[int, int] | None:
    """Where two short words stand that are a legal tail but for two letters."""
    words = list(re.finditer(r"\S+", text))
    for first, second in pairwise(words):
        if first.start() > 5 and nearly(compact(first.group() + second.group()), LEGAL_TAILS, edits=2):
            return first.start(), second.end()
    return None


def _joined(layout: Layout, index: int) -> tuple[int, int]:
    """Downwards on an open bracket, a trailing & or a legal tail; upwards when the row is only the end of a name."""
    lines, first, last = layout.lines, index, index
    for _ in range(2):
        text = " ".join(line.text for line in lines[first : last + 1])
        below = lines[last + 1].text if last + 1 < len(lines) else ""
        open_end = text.count("(") > text.count(")") or text.rstrip().endswith(("&", " AND", "-"))
        if below and not _is_something_else(below) and (open_end or (TAIL.match(below) and not legal_form(text))):
            last += 1
    for _ in range(2):
        text = _cleaned(" ".join(line.text for line in lines[first : last + 1]))
        unfinished = lines[first - 1].text.rstrip().endswith(("&", " AND")) if first else False
        if first and (unfinished or _is_end_only(text)) and not _is_something_else(lines[first - 1].text):
            first -= 1
    return first, last


def _is_end_only(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", plain(text))
    if text.count(")") > text.count("(") or TAIL.match(text):
        return True
    return legal_form(text) and bool(words) and words[0] in ENDING_TRADE and len(words) <= 5


def _is_something_else(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    strange = mentions(text, NOT_A_NAME) or bool(STOP.search(text)) or is_address_row(text) or text == text.lower()
    return strange or letters < 4 or sum(char.isdigit() for char in text) > letters / 3


def _cleaned(text: str) -> str:
    """Without the registration number, with misread words of trade put right."""
    text = without_registration(mended(text, VOCABULARY))
    place = None if legal_form(text) else _tail_place(text)
    if place:
        text = text[: place[0]] + "SDN BHD"
    return re.sub(r"(?<!\w)5/B(?!\w)", "S/B", text).strip(" ,;:|*·•-\u2013_")


def _spaced(name: str) -> str:
    """Legal tails glued to the word before them get their space back."""
    return re.sub(r"(?<=[A-Za-z])(SDN\.?\s?BHD)", r" \1", re.sub(r"\s+", " ", name), flags=re.IGNORECASE)
