"""Rows rebuilt from the boxes of a page: what a person would read as one line, left to right."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.pages import Page, Pages, Word


@dataclass(frozen=True)
class Row:
    """Words that stand side by side, left to right. The box is in fractions of the page, as in Word."""

    page: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (
            min(word.x0 for word in self.words),
            min(word.y0 for word in self.words),
            max(word.x1 for word in self.words),
            max(word.y1 for word in self.words),
        )


def rows_of(page: Page) -> list[Row]:
    """The rows of one page from top to bottom.

    A word joins the row whose centre is closer than half the smaller height, unless they overlap sideways.
    """
    rows: list[list[Word]] = []
    for word in sorted(page.words, key=lambda w: (w.y0 + w.y1) / 2):
        row = next((row for row in reversed(rows[-4:]) if _belongs(word, row)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return [Row(page.number, tuple(sorted(row, key=lambda w: w.x0))) for row in rows]


def text_of(pages: Pages) -> str:
    """All rows of all pages, one a line, pages separated by a form feed."""
    return "\f".join("\n".join(row.text for row in rows_of(page)) for page in pages.pages)


def _belongs(word: Word, row: Iterable[Word]) -> bool:
    return any(_side_by_side(word, other) for other in row) and not any(_overlaps(word, other) for other in row)


def _side_by_side(a: Word, b: Word) -> bool:
    distance = abs((a.y0 + a.y1) - (b.y0 + b.y1)) / 2
    return distance < min(a.y1 - a.y0, b.y1 - b.y0) / 2


def _overlaps(a: Word, b: Word) -> bool:
    shared = min(a.x1, b.x1) - max(a.x0, b.x0)
    return shared > min(a.x1 - a.x0, b.x1 - b.x0) / 2
