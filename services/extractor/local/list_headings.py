"""Headings of lists: the row whose cells name the columns a schema asks for, cut into tables that stand side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.extractor.local.column_names import TEXTS, agreement, concepts_of, names_list, nearly_names
from services.extractor.local.layout import Cell, Layout, Line

Asked = Mapping[str, Sequence[str]]
SIDE = 0.015  # of the page width, by which a column may begin left of its heading


@dataclass(frozen=True)
class Column:
    """One heading: its words, its place, and the property it fills; None for a column nobody asks for."""

    text: str
    left: float
    right: float
    fills: str | None


@dataclass(frozen=True)
class Heading:
    """The columns of one table. Rows stand below `line`, between `left` and `right`."""

    line: Line
    columns: tuple[Column, ...]
    left: float
    right: float
    score: float


def best_heading(layout: Layout, asked: Asked, *, name: str) -> Heading | None:
    """The heading that names most of the properties asked for; None when none names two of them, or the list and one."""
    needed = min(2, len(asked))
    found = [heading for line in layout.lines for heading in headings_in(layout, line, asked, name=name)]
    good = [heading for heading in found if sum(column.fills is not None for column in heading.columns) >= needed]
    return max(good, key=lambda heading: heading.score, default=None)


def headings_in(layout: Layout, line: Line, asked: Asked, *, name: str) -> Iterator[Heading]:
    """One heading for each of the tables a row begins."""
    if line.has_money or not line.has_letters or len(line.text) > 200:
        return
    spans = list(_spans(line, asked))
    if len(spans) < 2:
        return
    groups = _side_by_side(spans)
    for index, group in enumerate(groups):
        left = group[0][1] - SIDE if index else 0.0
        right = groups[index + 1][0][1] - SIDE if index + 1 < len(groups) else 1.0
        titled = names_list(group[0][0], name) or _is_titled(layout, line, left, right, name)
        columns, score = _filled(group, asked, first_is_title=names_list(group[0][0], name))
        if any(word.confidence is not None for word in line.words):
            columns = _with_misread(columns, asked)
        yield Heading(line, columns, left, right, score + (2.5 if titled else 0.0) - 0.001 * line.index)


def _spans(line: Line, asked: Asked) -> Iterator[tuple[str, float, float]]:
    """The headings of a row: its cells, cut further where words of a cell name different columns."""
    for cell in line.cells:
        words = cell.text.split(" ")
        if len(words) > 1 and not _is_known(cell.text, asked):
            yield from _cut(cell, words, asked)
        else:
            yield cell.text, cell.box[0], cell.box[2]


def _cut(cell: Cell, words: list[str], asked: Asked) -> Iterator[tuple[str, float, float]]:
    """At words that name a column by themselves, where two or more of them do and prose does not outnumber them."""
    parts: list[list[str]] = []
    named: list[str] = []
    left = words
    while left:
        take = next((n for n in (3, 2, 1) if n <= len(left) and _is_known(" ".join(left[:n]), asked)), 0)
        if take or not parts:
            parts.append(left[: max(take, 1)])
        else:
            parts[-1].append(left[0])
        named += left[:take]
        left = left[max(take, 1) :]
    if len(parts) < 2 or len(named) < max(2, len(words) / 2):
        parts = [words]
    place = 0
    for part in parts:
        text = " ".join(part)
        yield text, *cell.span(place, place + len(text))
        place += len(text) + 1


def _is_known(text: str, asked: Asked) -> bool:
    return bool(concepts_of(text)) or any(agreement(text, wordings) >= 3 for wordings in asked.values())


def _side_by_side(spans: list[tuple[str, float, float]]) -> list[list[tuple[str, float, float]]]:
    """Cut where a meaning comes again: Earnings | Amount | Deductions | Amount are two tables."""
    groups: list[list[tuple[str, float, float]]] = [[]]
    seen: set[str] = set()
    for span in spans:
        meant = concepts_of(span[0])
        if meant and meant <= seen:
            last = groups[-1]
            keep = len(last)
            while not meant & TEXTS and keep > 1 and not concepts_of(last[keep - 1][0]) - TEXTS:
                keep -= 1
            groups[-1], rest = last[:keep], last[keep:]
            groups.append(rest)
            seen = {concept for text, *_ in rest for concept in concepts_of(text)}
        groups[-1].append(span)
        seen |= meant
    return [group for group in groups if group]


def _is_titled(layout: Layout, line: Line, left: float, right: float, name: str) -> bool:
    """Whether one of the two rows above says the list's name over this table."""
    above = [other for other in layout.lines[max(line.index - 2, 0) : line.index] if other.page == line.page]
    cells = (cell for other in above for cell in other.cells if left <= cell.box[0] < right)
    return any(names_list(cell.text, name) for cell in cells)


def _filled(
    spans: Sequence[tuple[str, float, float]], asked: Asked, *, first_is_title: bool
) -> tuple[tuple[Column, ...], float]:
    """Give each property the heading that names it best, every heading to one property."""
    points = {
        (place, prop): agreement(text, wordings) - 0.01 * place
        for place, (text, *_) in enumerate(spans)
        for prop, wordings in asked.items()
    }
    if first_is_title:
        text_like = next((prop for prop in asked if concepts_of(prop) & TEXTS), None)
        points |= {(0, text_like): 2.0} if text_like else {}
    fills: dict[int, str] = {}
    score = 0.0
    for (place, prop), value in sorted(points.items(), key=lambda item: -item[1]):
        if value >= 0.4 and place not in fills and prop not in fills.values():
            fills[place] = prop
            score += value
    columns = tuple(Column(text, x0, x1, fills.get(place)) for place, (text, x0, x1) in enumerate(spans))
    return columns, score


def _with_misread(columns: tuple[Column, ...], asked: Asked) -> tuple[Column, ...]:
    """Columns that nothing named yet, named where one letter makes the difference."""
    free = [prop for prop in asked if prop not in {column.fills for column in columns}]
    done = []
    for column in columns:
        fills = column.fills or next((prop for prop in free if nearly_names(column.text, asked[prop])), None)
        free = [prop for prop in free if prop != fills]
        done.append(replace(column, fills=fills))
    return tuple(done)
