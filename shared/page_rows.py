"""Rows rebuilt from the boxes of a page: what a person would read as one line, left to right."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from shared.pages import Page, Pages, Word

Box = tuple[float, float, float, float]
CELL_GAP = 0.9  # of the height of the words: a wider gap starts a new cell
SLOPE_STEP = 0.002
MAX_SLOPE = 0.12


@dataclass(frozen=True)
class Row:
    """Words that stand side by side, left to right. The box is in fractions of the page, as in Word.

    `aspect` is the page's width divided by its height, to compare gaps with heights.
    """

    page: int
    words: tuple[Word, ...]
    aspect: float = 1.0

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        edges = [(word.x0, word.y0, word.x1, word.y1) for word in self.words]
        x0, y0, x1, y1 = zip(*edges, strict=True)
        return min(x0), min(y0), max(x1), max(y1)

    @cached_property
    def cells(self) -> tuple["Row", ...]:
        """The row cut at wide gaps, as the columns of a table are."""
        cells: list[list[Word]] = []
        for word in self.words:
            if cells and not self._gap(cells[-1][-1], word):
                cells[-1].append(word)
            else:
                cells.append([word])
        return tuple(Row(self.page, tuple(cell), self.aspect) for cell in cells)

    def _gap(self, left: Word, right: Word) -> bool:
        height = min(left.y1 - left.y0, right.y1 - right.y0)
        return (right.x0 - left.x1) * self.aspect > CELL_GAP * height


def rows_of(page: Page) -> list[Row]:
    """The rows of one page from top to bottom, words in them from left to right.

    A word joins the row whose centre is closer than half the smaller height, unless they overlap sideways.
    A scan's skew is measured and taken out before the centres are compared.
    """
    words = _upright_words(page.words)
    aspect = page.width / page.height if page.height else 1.0
    slope = _slope(words) if page.source == "ocr" else 0.0
    rows: list[list[_Placed]] = []
    for placed in sorted(_placed(index, word, slope) for index, word in enumerate(words)):
        row = next((row for row in reversed(rows[-4:]) if _belongs(placed, row)), None)
        if row is None:
            rows.append([placed])
        else:
            row.append(placed)
    return [Row(page.number, tuple(words[p.place] for p in sorted(row, key=_left)), aspect) for row in rows]


def text_of(pages: Pages) -> str:
    """All rows of all pages, one a line, pages separated by a form feed."""
    return "\f".join("\n".join(row.text for row in rows_of(page)) for page in pages.pages)


class _Placed(NamedTuple):
    """A word's place with the skew taken out, in the order of comparison."""

    centre: float
    height: float
    x0: float
    x1: float
    place: int


def _placed(index: int, word: Word, slope: float) -> _Placed:
    centre = (word.y0 + word.y1) / 2 - slope * (word.x0 + word.x1) / 2
    return _Placed(centre, word.y1 - word.y0, word.x0, word.x1, index)


def _left(placed: _Placed) -> float:
    return placed.x0


def _belongs(placed: _Placed, row: Sequence[_Placed]) -> bool:
    near = False
    centre, height, x0, x1, _ = placed
    for other_centre, other_height, other_x0, other_x1, _ in row:
        shared = min(x1, other_x1) - max(x0, other_x0)
        if shared > 0 and shared > min(x1 - x0, other_x1 - other_x0) / 2:
            return False
        near = near or abs(centre - other_centre) < min(height, other_height) / 2
    return near


def _slope(words: Sequence[Word]) -> float:
    """How much the lines of a scan fall per page width, in page heights.

    The slope under which most neighbours stand exactly side by side. Boxes of skewed lines are taller the wider they
    are; that bounds the slope, or the second column could be matched with the next line.
    """
    limit = round((1.5 * _growth(words) + 0.005) / SLOPE_STEP)
    pairs = _far_neighbours(words, limit * SLOPE_STEP)
    if len(pairs) < 8:
        return 0.0
    slopes = [step * SLOPE_STEP for step in sorted(range(-limit, limit + 1), key=abs)]
    return max(slopes, key=lambda slope: _agreement(pairs, slope) * (1 - 2 * abs(slope)))


def _growth(words: Sequence[Word]) -> float:
    """How much taller wide boxes are than narrow ones, per page width: the size of the skew without its sign."""
    by_width = sorted(words, key=lambda w: w.x1 - w.x0)
    third = min(len(by_width) // 3, 30)
    grown = [
        ((wide.y1 - wide.y0) - (narrow.y1 - narrow.y0)) / difference
        for narrow in by_width[:third]
        for wide in by_width[-third:]
        if (difference := (wide.x1 - wide.x0) - (narrow.x1 - narrow.x0)) > 0.15
    ]
    return min(max(statistics.median(grown), 0.0), MAX_SLOPE) if len(grown) > 10 else 0.0


def _far_neighbours(words: Sequence[Word], limit: float) -> list[tuple[float, float, float]]:
    """Run, rise and height of pairs that could stand in one line."""
    ordered = sorted(words, key=lambda w: w.y0 + w.y1)
    pairs: list[tuple[float, float, float]] = []
    for index, word in enumerate(ordered):
        for other in ordered[index + 1 : index + 12]:
            run = (other.x0 + other.x1 - word.x0 - word.x1) / 2
            rise = (other.y0 + other.y1 - word.y0 - word.y1) / 2
            height = min(word.y1 - word.y0, other.y1 - other.y0)
            if abs(run) > 0.15 and rise < limit * abs(run) + height / 2:
                pairs.append((run, rise, height))
    return pairs


def _agreement(pairs: Iterable[tuple[float, float, float]], slope: float) -> float:
    return sum(max(0.0, 1 - abs(rise - slope * run) / (height / 2)) for run, rise, height in pairs)


def _upright_words(words: Iterable[Word]) -> list[Word]:
    """Leaves out what is printed bottom to top along a margin: many single letters under each other."""
    words = list(words)
    columns: dict[int, list[Word]] = {}
    for word in words:
        if len(word.text) == 1 and (word.x1 < 0.08 or word.x0 > 0.92):
            columns.setdefault(round(word.x0 * 50), []).append(word)
    vertical = {id(word) for column in columns.values() if len(column) >= 12 for word in column}
    return [word for word in words if id(word) not in vertical]
