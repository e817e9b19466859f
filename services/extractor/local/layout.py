"""A document as the local reader sees it: numbered lines, cut into cells, with what is often asked about them."""

from dataclasses import dataclass
from functools import cached_property

from services.extractor.local.amounts import Amount, amounts_in, uses_decimal_comma
from services.extractor.local.calendar_dates import Written, dates_in
from services.extractor.local.text import compact, digits_mended, has_letters
from shared.page_rows import Box, Row, rows_of
from shared.pages import Pages, Word


@dataclass(frozen=True)
class Cell:
    """A run of words without a wide gap. `line` is the index of its line in the document."""

    row: Row
    line: int
    decimal_comma: bool | None

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def box(self) -> Box:
        return self.row.box

    @property
    def page(self) -> int:
        return self.row.page

    @cached_property
    def compact(self) -> str:
        return compact(self.text)

    @cached_property
    def amounts(self) -> list[Amount]:
        return amounts_in(_numbers_read(self.row), decimal_comma=self.decimal_comma)

    def words_at(self, start: int, end: int) -> tuple[Word, ...]:
        """The words which hold the characters from `start` to `end` of the text."""
        place, chosen = 0, []
        for word in self.row.words:
            if place < end and start < place + len(word.text):
                chosen.append(word)
            place += len(word.text) + 1
        return tuple(chosen)

    def span(self, start: int, end: int) -> tuple[float, float]:
        """Left and right edge of these characters; inside a word their place is estimated from its length."""
        place, edges = 0, []
        for word in self.row.words:
            length = len(word.text)
            first, last = max(start - place, 0), min(end - place, length)
            if first < last:
                width = (word.x1 - word.x0) / length
                edges += [word.x0 + first * width, word.x0 + last * width]
            place += length + 1
        return (min(edges), max(edges)) if edges else (self.box[0], self.box[2])


@dataclass(frozen=True)
class Line:
    """One row of a page, with its cells from left to right."""

    row: Row
    index: int
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def page(self) -> int:
        return self.row.page

    @property
    def box(self) -> Box:
        return self.row.box

    @property
    def words(self) -> tuple[Word, ...]:
        return self.row.words

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @cached_property
    def compact(self) -> str:
        return compact(self.text)

    @cached_property
    def dates(self) -> list[Written]:
        return dates_in(_numbers_read(self.row))

    @cached_property
    def has_letters(self) -> bool:
        return has_letters(self.text)

    @cached_property
    def has_money(self) -> bool:
        return any(amount.is_money for cell in self.cells for amount in cell.amounts)


@dataclass(frozen=True)
class Layout:
    """All lines of a document in reading order."""

    lines: tuple[Line, ...]
    decimal_comma: bool | None
    pages: int

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def outer_lines(self) -> tuple[Line, ...]:
        """The lines of the first two pages and the last: letterheads, numbers and footers stand there."""
        return tuple(line for line in self.lines if line.page <= 2 or line.page == self.pages)

    @cached_property
    def _typed(self) -> frozenset[int]:
        """The pages with a text layer."""
        return frozenset(line.page for line in self.lines if any(word.confidence is None for word in line.words))

    def in_picture(self, cell: Cell) -> bool:
        """Whether a cell was read from a picture on a page with a text layer: a logo, a stamp."""
        return cell.page in self._typed and all(word.confidence is not None for word in cell.row.words)

    def page_lines(self, page: int) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.page == page)


def _numbers_read(row: Row) -> str:
    """The text of a row, with digits that an OCR engine took for letters."""
    scanned = any(word.confidence is not None for word in row.words)
    return digits_mended(row.text) if scanned else row.text


def layout_of(pages: Pages) -> Layout:
    """Rows and cells of all pages. Pages that were not read yet have none."""
    rows = [row for page in pages.pages for row in rows_of(page)]
    comma = uses_decimal_comma("\n".join(row.text for row in rows))
    lines = tuple(
        Line(row, index, tuple(Cell(cell, index, comma) for cell in row.cells)) for index, row in enumerate(rows)
    )
    return Layout(lines, comma, len(pages.pages))
