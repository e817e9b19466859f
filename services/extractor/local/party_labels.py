"""Names that a label announces: Bill to, Verkäufer, Cliente; in their cell, below it or beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.extractor.local.blocks import ALIGNED
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.party_names import is_number_of, name_in
from services.extractor.local.party_words import (
    ABOUT,
    ACCOUNT,
    ATTENTION,
    CUSTOMER_LABEL,
    DELIVERY_LABEL,
    NAME_LABEL,
    PAID_TO,
    VENDOR_LABEL,
)
from services.extractor.local.text import compact, tokens

FAR = 1.6  # heights of a row: what follows so far below a label is not announced by it


@dataclass(frozen=True)
class Named:
    """A name somewhere in the document, and how it speaks for either side."""

    name: str
    cell: Cell
    vendor: float
    customer: float
    fact: str


def labeled(layout: Layout) -> Iterator[Named]:
    """Every name behind, below or beside a label of either side."""
    for line in layout.outer_lines:
        for position, cell in enumerate(line.cells):
            for words, vendor, customer, fact in (
                (VENDOR_LABEL, 4.0, -3.0, "label"),
                (CUSTOMER_LABEL, -3.0, 4.0, "label"),
                (DELIVERY_LABEL, -2.0, 0.6, "delivery"),
            ):
                label = label_end(cell.text, words)
                if label is not None and not _is_person_of(layout, cell) and not is_account(layout, cell):
                    named = _named_after(layout, line, position, label)
                    if named:
                        yield Named(named[0], named[1], vendor, customer, fact)
                    break


def _is_person_of(layout: Layout, cell: Cell) -> bool:
    """Whether a row only says for whose attention, below the name of the company."""
    if not ATTENTION.match(cell.text) or not cell.line:
        return False
    above = layout.lines[cell.line - 1].cells
    return any(abs(other.box[0] - cell.box[0]) < ALIGNED and name_in(other.text) for other in above)


def is_account(layout: Layout, cell: Cell) -> bool:
    """Whether a label that may name either side stands with a bank account: then it names who is paid."""
    near = layout.lines[max(cell.line - 2, 0) : cell.line + 3]
    return bool(PAID_TO.search(cell.text)) and any(ACCOUNT.search(line.text) for line in near)


def label_end(text: str, words: tuple[str, ...]) -> int | None:
    """Where the label ends that a cell begins with; a label is followed by a colon or by the end of the cell."""
    head = re.match(r"\s*([^:\d]{2,40}?)\s*(?::|$)|\s*([^\W\d_])\s*:", text)
    if not head:
        return None
    squeezed = compact(head[1] or head[2])
    known = _names_role(head[0], words) or any(
        squeezed == word or (len(word) > 6 and squeezed.endswith(word) and not is_number_of(squeezed, word))
        for word in words
    )
    return head.end() if known else None


def _names_role(text: str, roles: tuple[str, ...]) -> bool:
    """Whether a heading says no more than that details of a role follow: Details of the buyer."""
    said = tokens(text)
    rest = said - ABOUT
    return len(said) > 1 and len(rest) == 1 and any(_same_word(word, role) for word in rest for role in roles)


def _same_word(word: str, role: str) -> bool:
    """The same but for its ending: Kunden, Kunde; wystawcy, wystawca."""
    return word == role or (len(role) > 4 and word[: len(role) - 1] == role[:-1] and len(word) <= len(role) + 1)


def _named_after(layout: Layout, line: Line, position: int, end: int) -> tuple[str, Cell] | None:
    """The name a label announces: in its cell, else below it or to its right, whichever is nearer."""
    cell = line.cells[position]
    rest = cell.text[end:].strip(" :.-")
    if name := name_in(rest):
        return name, cell
    below = list(column_below(layout, cell))
    right = line.cells[position + 1] if position + 1 < len(line.cells) and not rest else None
    apart = not below or below[0].box[1] - cell.box[3] > FAR * (cell.box[3] - cell.box[1])
    for other in [right, *below] if apart else [*below, right]:
        if other and (name := name_in(other.text) if other is right else _name_of_row(layout, other)):
            return name, other
    return None


def column_below(layout: Layout, cell: Cell) -> Iterator[Cell]:
    for line in layout.lines[cell.line + 1 : cell.line + 6]:
        if line.page != cell.page:
            return
        aligned = [other for other in line.cells if abs(other.box[0] - cell.box[0]) < 0.03]
        if any(label_end(other.text, (*VENDOR_LABEL, *CUSTOMER_LABEL)) for other in aligned):
            return
        yield from aligned


def _name_of_row(layout: Layout, cell: Cell) -> str | None:
    """The name in a row, also where it stands beside a label of its own: Name: | Example Ltd."""
    if match := NAME_LABEL.match(cell.text):
        rest = cell.text[match.end() :]
        cells = layout.lines[cell.line].cells
        index = cells.index(cell)
        return name_in(rest or (cells[index + 1].text if index + 1 < len(cells) else ""))
    return name_in(cell.text)
