"""Any `label: value` of a document, for fields nobody wrote rules for."""

import re
from collections.abc import Iterable, Iterator

from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.text import compact, has_letters, tokens

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{6,}\d")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,4})?\b")
FILLING = frozenset({"OF", "THE", "DE", "LA", "DU", "DER", "DES", "A", "NAME"})
NUMBERS = frozenset({"NUMBER", "IDENTIFICATION", "NO", "NR", "NUMMER"})
ALIGNED = 0.015  # of the page width: a value under its label begins where the label begins
BLANK = re.compile(r"^[\W_]*$")


def labeled_value(layout: Layout, labels: Iterable[str]) -> Candidate | None:
    """The text behind or below one of the labels, given as words in any spelling and order."""
    return choose(_labeled(layout, [label for label in labels if compact(label)]), at_least=1.0)


def labeled_amount(layout: Layout, labels: Iterable[str], *, last: bool = False) -> Candidate | None:
    """The first number behind a label, as a float. Labels count in the order given; `last` takes the last place."""
    for label in labels:
        found = list(_amounts_behind(layout, compact(label)))
        if found:
            return found[-1 if last else 0]
    return None


def matching(layout: Layout, pattern: re.Pattern[str]) -> Candidate | None:
    """The first text of a cell that has this form; its first group where it has one."""
    for line in layout.lines:
        for cell in line.cells:
            if match := pattern.search(cell.text):
                start, end = match.span(1 if match.re.groups else 0)
                words = cell.words_at(start, end)
                return Candidate(cell.text[start:end].strip(), 2.0, line.page, words, frozenset({"form"}), 1.5)
    return None


def _amounts_behind(layout: Layout, label: str) -> Iterator[Candidate]:
    for line in layout.lines:
        if label not in line.compact:
            continue
        behind = False
        for cell in line.cells:
            behind = behind or label in cell.compact
            amounts = [amount for amount in cell.amounts if behind and amount.is_money]
            if amounts:
                words = cell.words_at(amounts[0].start, amounts[0].end)
                yield Candidate(round(amounts[0].value, 2), 2.0, line.page, words, frozenset({"label"}), 1.5)
                break


def _labeled(layout: Layout, wanted: list[str]) -> Iterator[Candidate]:
    marks = [_mark(label) for label in wanted]
    for line in layout.lines:
        if not any(mark in line.compact for mark in marks):
            continue
        for position, cell in enumerate(line.cells):
            for rank, label in enumerate(wanted):
                end = _label_end(cell.text, label)
                if end is not None:
                    score = 0.2 * (len(wanted) - rank) - 0.001 * line.index
                    yield from _values(layout, line, position, end, score)
                    break


def _mark(label: str) -> str:
    """The longest word of a label that can not be written otherwise: without it a line need not be looked at."""
    return max(tokens(label) - FILLING - NUMBERS, key=len, default=compact(label))


def _label_end(text: str, label: str) -> int | None:
    """Where the label ends that a cell begins with: at a colon, at the end, or right behind the words looked for."""
    colon = re.match(r"\s*([^:]{2,40}?)\s*:\s*", text)
    if colon and _same_words(colon[1], label):
        return colon.end()
    if _same_words(text, label):
        return len(text)
    if len(compact(label)) < 5:
        return None
    first = re.match(r"\s*" + r"\W*".join(map(re.escape, compact(label))) + r"(?![^\W\d_])", text, re.IGNORECASE)
    behind = text[first.end() :].lstrip() if first else ""
    return first.end() if first and not behind[:1].islower() else None


def _same_words(text: str, label: str) -> bool:
    """The same words, whatever their order: `date of expiry` is the expiry date."""
    words = _meant(label)
    return bool(words) and (_meant(text) == words or compact(text) == compact(label))


def _meant(text: str) -> frozenset[str]:
    return frozenset("ID" if word in NUMBERS else word for word in tokens(text)) - FILLING


def _values(layout: Layout, line: Line, position: int, end: int, score: float) -> Iterator[Candidate]:
    cell = line.cells[position]
    rest = cell.text[end:]
    named = cell.text.rstrip().endswith(":")
    if not BLANK.match(rest):
        yield _candidate(cell, end, score + 2.5)
        return
    if position + 1 < len(line.cells) and not BLANK.match(line.cells[position + 1].text):
        yield _candidate(line.cells[position + 1], 0, score + (2.6 if named else 1.8))
    under = _aligned_below(layout, cell)
    if under:
        yield _candidate(under, 0, score + (1.6 if named else 2.2))


def _aligned_below(layout: Layout, cell: Cell) -> Cell | None:
    """The value set under its label in a form: in the next row, at the same left edge, close."""
    for line in layout.lines[cell.line + 1 : cell.line + 3]:
        near = line.page == cell.page and line.box[1] - cell.box[3] < 2 * (cell.box[3] - cell.box[1])
        for other in line.cells:
            if near and abs(other.box[0] - cell.box[0]) < ALIGNED and not other.text.rstrip().endswith(":"):
                return other if has_letters(other.text, 1) or any(map(str.isdigit, other.text)) else None
    return None


def _candidate(cell: Cell, start: int, score: float) -> Candidate:
    text = cell.text[start:]
    lead = len(text) - len(text.lstrip(" :.-"))
    words = cell.words_at(start + lead, len(cell.text))
    return Candidate(text.strip(" :").lstrip(".- "), score, cell.page, words, frozenset({"label"}))
