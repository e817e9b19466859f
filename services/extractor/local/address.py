"""The address of the company on a receipt: one block of rows near its name."""

import re
from collections.abc import Sequence
from itertools import pairwise

from services.extractor.local.blocks import POSTCODE_CITY, STREET_NUMBER
from services.extractor.local.candidates import Candidate
from services.extractor.local.company import ADDRESS_WORDS, Company
from services.extractor.local.layout import Layout, Line
from services.extractor.local.names import NOT_A_NAME, legal_form
from services.extractor.local.places import AREA, NUMBERED, PHONE, POSTCODE, STOP, STREET, STREET_PART
from services.extractor.local.repair import mended
from services.extractor.local.text import mentions, plain, tokens

REACH = 24
AWAY = 0.45  # points lost for every row between the name and the block
THRESHOLD = 1.0
LONGEST = 7


def address_of(layout: Layout, company: Company | None) -> Candidate | None:
    """The rows of the address joined into one line, None when no block reads like one."""
    after = company.last + 1 if company else 0
    lines = layout.lines[:REACH]
    points = [_points(line) for line in lines]
    for index, (line, below) in enumerate(pairwise(lines)):
        known = points[index]
        if known is not None and STREET_NUMBER.search(plain(line.text)) and POSTCODE_CITY.search(plain(below.text)):
            points[index] = known + 1.2
    if company:
        for index in range(company.first, min(company.last + 1, len(points))):
            points[index] = None
    best = _best_block(points, after)
    if best is None:
        return None
    start, end, score = best
    return _candidate(lines[start:end], score)


def _best_block(points: Sequence[float | None], after: int) -> tuple[int, int, float] | None:
    """First, last and score of the best run of rows. A row without points (None) ends a block."""
    best: tuple[int, int, float] | None = None
    for start, first in enumerate(points):
        if first is None or first < 0:
            continue
        away = start - after if start >= after else 2 + after - start
        score = -AWAY * away
        for end in range(start, min(start + LONGEST, len(points))):
            row = points[end]
            if row is None:
                break
            score += row
            if (best is None or score > best[2]) and score > -1.0:
                best = (start, end + 1, score)
    return best


def _points(line: Line) -> float | None:
    """How much a row reads like a part of an address; None where one must stop."""
    text = plain(mended(_loosened(line.text), ADDRESS_WORDS))
    words = tokens(text)
    stops = STOP.search(text) or PHONE.search(text) or line.has_money or bool(line.dates)
    if stops or (mentions(text, NOT_A_NAME) and not words & set(STREET)):
        return None
    digits = sum(char.isdigit() for char in text)
    letters = sum(char.isalpha() for char in text)
    if letters < 3:
        return None
    score = -THRESHOLD
    score += min(1.5 * len(words & set(STREET)), 2.5) + (1.0 if STREET_PART.search(text) else 0.0)
    score += min(1.2 * len(words & set(AREA)), 2.0)
    score += 1.5 if POSTCODE.search(text) else 0.0
    score += 1.2 if NUMBERED.match(text) else 0.0
    score += min(0.3 * text.count(","), 0.6) + (0.2 if digits and digits < letters else 0.0)
    return score - (2.5 if legal_form(line.text) else 0.0)


def _loosened(text: str) -> str:
    """Street words glued by OCR to what is before them get a space, so that they can be mended: 41G,J1nSS21."""
    text = re.sub(r"^1\.OT\b", "LOT", text)
    return re.sub(r"(?<![A-Za-z])J[1ILT]N(?=[\s.A-Z])", "Jln", text, flags=re.IGNORECASE)


def _candidate(rows: Sequence[Line], score: float) -> Candidate:
    text = " ".join(mended(_loosened(row.text), ADDRESS_WORDS) for row in rows)
    words = tuple(word for row in rows for word in row.words)
    facts = {"block"}
    if POSTCODE.search(plain(text)):
        facts.add("postcode")
    if tokens(text) & set(STREET):
        facts.add("street")
    if tokens(text) & set(AREA):
        facts.add("area")
    return Candidate(text.strip(" ,;:"), score, rows[0].page, words, frozenset(facts), min(score, 3.0))
