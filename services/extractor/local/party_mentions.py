"""Names that sentences state: who is registered, paid, thanked or signs. Each says a little about who issued a document."""

import re
from collections.abc import Iterator
from itertools import takewhile

from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.names import LEGAL_FORM
from services.extractor.local.party_labels import Named, column_below, is_account
from services.extractor.local.party_names import name_in
from services.extractor.local.party_words import (
    CLOSING,
    CONTACT,
    PAID_TO,
    REGISTER,
    RIGHTS,
    SIGNATORY,
    SIGNED_FOR,
    SOLD_BY,
    THANKS,
)
from services.extractor.local.text import plain, words

FOOT, HEAD = 0.75, 0.1  # of the page height
IS = "is|are|ist|sind|est|es|[èé]|jest|är|er|je"
PART = re.compile(
    r"\s+[-\u2013\u2014|·•]\s+|[,;!?:](?:\s|$)|(?<=[^\W\d_]{4})\.(?:\s|$)|\s(?:" + IS + r")(?:\s|$)"
)  # where a name ends in a sentence
JOINING = frozenset(
    words(
        "& + - and und et y e i og och en de du des do dos das la le les al aux di da dal del della delle dei der den zum zur am van von of the for"
    )
)
STATED = (
    (PAID_TO, 1.6, -1.5, "owner"),
    (SOLD_BY, 1.6, -1.5, "seller"),
    (THANKS, 1.1, -1.0, "thanks"),
    (RIGHTS, 0.7, 0.0, "rights"),
)


def mentioned(layout: Layout) -> Iterator[Named]:
    """Every name a sentence of the outer pages states for the vendor."""
    for line in layout.outer_lines:
        for cell in line.cells:
            yield from _behind(layout, line, cell)
            yield from _registered(cell)
            yield from _legal_name(line, cell)
            yield from _signature(layout, cell)


def _behind(layout: Layout, line: Line, cell: Cell) -> Iterator[Named]:
    """Payable to Example; sold by Example, Street 1; thank you for choosing Example.

    In a table of payment data the name stands in the next cell.
    """
    for pattern, vendor, customer, fact in STATED:
        match = pattern.search(cell.text)
        if match is None:
            continue
        rest = cell.text[match.end() :].strip(" :")
        right = line.cells[line.cells.index(cell) + 1 :][:1]
        beside = right[0].text if right and not rest and is_account(layout, cell) else ""
        if name := _first_part(rest or beside):
            yield Named(name, cell, vendor, customer, fact)


def _registered(cell: Cell) -> Iterator[Named]:
    """Example, registered in …: the name before the register's or the tax office's number."""
    mark = REGISTER.search(cell.text)
    if mark and (name := _first_part(cell.text[: mark.start()])):
        at_edge = cell.box[1] > FOOT or cell.box[1] < HEAD
        yield Named(name, cell, 2.0 if at_edge else 1.0, -0.5, "register")


def _legal_name(line: Line, cell: Cell) -> Iterator[Named]:
    """A name with its legal form anywhere."""
    match = LEGAL_FORM.search(cell.text)
    if match and match.start() > 2 and (name := name_in(_end_of_sentence(cell.text, match.start()) + match[0])):
        company_data = bool(CONTACT.search(line.text)) or "CAPITAL" in plain(line.text)
        yield Named(name, cell, 0.6 + 0.7 * (cell.box[1] > 0.8) + 0.6 * company_data, 0.0, "legal form")


def _end_of_sentence(text: str, end: int) -> str:
    """What belongs to the name that ends there: back to the first small word that joins no names."""
    words = text[:end].split()
    first = len(words) - 1
    while first and _belongs(words[first - 1]):
        first -= 1
    while first < len(words) - 1 and words[first].lower() in JOINING:
        first += 1
    return " ".join(words[first:]) + (" " if text[end - 1].isspace() else "")


def _belongs(word: str) -> bool:
    return not word.endswith(("?", "!", ":")) and (
        word.lower() in JOINING or any(map(str.isupper, word)) or word.isdigit()
    )


def _signature(layout: Layout, cell: Cell) -> Iterator[Named]:
    """Who signs: below the closing words of a letter, or for whom a signatory does."""
    if CLOSING.fullmatch(cell.text.strip(" ,.!")):
        for below in list(column_below(layout, cell))[:1]:
            if name := name_in(below.text):
                yield Named(name, below, 1.2, -1.0, "signature")
    match = SIGNED_FOR.match(cell.text)
    near = "\n".join(line.text for line in layout.lines[cell.line : cell.line + 5])
    if match and SIGNATORY.search(near) and (name := name_in(match[1])):
        yield Named(name, cell, 1.8, -1.5, "signature")


def _first_part(text: str) -> str | None:
    """The name that begins a piece of a sentence; its legal form may stand behind a comma, small words end it."""
    parts = PART.split(text.strip())
    if len(parts) > 1 and LEGAL_FORM.fullmatch(parts[1].strip()):
        return name_in(f"{parts[0]}, {parts[1]}")
    first, *rest = parts[0].split() or [""]
    return name_in(" ".join([first, *takewhile(_belongs, rest)]))
