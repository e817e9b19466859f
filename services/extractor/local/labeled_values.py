"""Any `label: value` of a document, for fields nobody wrote rules for."""

import re
from collections.abc import Iterable, Iterator

from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.nearby import below
from services.extractor.local.text import compact, has_letters

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{6,}\d")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,4})?\b")
LONGEST_LABEL = 4  # words by which a label may exceed the words looked for


def labeled_value(layout: Layout, labels: Iterable[str]) -> Candidate | None:
    """The text behind or below one of the labels, given as words in any spelling."""
    wanted = [compact(label) for label in labels if compact(label)]
    return choose(_labeled(layout, wanted), at_least=1.0)


def labeled_amount(layout: Layout, labels: Iterable[str]) -> Candidate | None:
    """The last number behind one of the labels, as a float."""
    wanted = [compact(label) for label in labels]
    found = []
    for line in layout.lines:
        if not any(word in line.compact for word in wanted):
            continue
        numbers = [(cell, amount) for cell in line.cells for amount in cell.amounts if amount.is_money]
        if numbers:
            cell, amount = numbers[-1]
            words = cell.words_at(amount.start, amount.end)
            found.append(Candidate(round(amount.value, 2), 2.0, line.page, words, frozenset({"label"})))
    return choose(found, at_least=1.0)


def matching(layout: Layout, pattern: re.Pattern[str]) -> Candidate | None:
    """The first text of a cell that has this form."""
    for line in layout.lines:
        for cell in line.cells:
            if match := pattern.search(cell.text):
                words = cell.words_at(match.start(), match.end())
                return Candidate(match.group().strip(), 2.0, line.page, words, frozenset({"form"}))
    return None


def _labeled(layout: Layout, wanted: list[str]) -> Iterator[Candidate]:
    for line in layout.lines:
        if not any(word in line.compact for word in wanted):
            continue
        for position, cell in enumerate(line.cells):
            end = _label_end(cell.text, wanted)
            if end is not None:
                yield from _values(layout, line, position, end)


def _label_end(text: str, wanted: list[str]) -> int | None:
    """Where a label ends that the cell begins with: at a colon, at the end, or right behind the words looked for."""
    colon = re.match(r"\s*([^:]{2,40}?)\s*:\s*", text)
    if colon and _is_label(colon[1], wanted):
        return colon.end()
    if _is_label(text, wanted):
        return len(text)
    for match in re.finditer(r"\S+\s*", text):
        if compact(text[: match.end()]) in wanted:
            return match.end()
    return None


def _is_label(text: str, wanted: list[str]) -> bool:
    squeezed = compact(text)
    return any(
        squeezed == word or (len(word) > 4 and word in squeezed and len(squeezed) < len(word) + 12) for word in wanted
    )


def _values(layout: Layout, line: Line, position: int, end: int) -> Iterator[Candidate]:
    cell = line.cells[position]
    rest = cell.text[end:].strip(" :.-")
    if rest:
        yield _candidate(cell, end, 3.0)
    elif position + 1 < len(line.cells):
        yield _candidate(line.cells[position + 1], 0, 2.5)
    else:
        for under in below(layout, cell, rows=1):
            if has_letters(under.text) or any(char.isdigit() for char in under.text):
                yield _candidate(under, 0, 1.5)


def _candidate(cell: Cell, start: int, score: float) -> Candidate:
    text = cell.text[start:]
    lead = len(text) - len(text.lstrip(" :.-"))
    words = cell.words_at(start + lead, len(cell.text))
    return Candidate(text.strip(" :"), score - 0.001 * cell.line, cell.page, words, frozenset({"label"}))
