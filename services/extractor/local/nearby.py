"""What a value is called: the words to its left, above it in its column, or in the row before."""

from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.text import has_letters


def left_text(line: Line, cell: Cell, start: int) -> str:
    """The text of the line in front of a place in one of its cells, at most the two cells before it."""
    index = line.cells.index(cell)
    before = [other.text for other in line.cells[max(index - 2, 0) : index]]
    return " ".join([*before, cell.text[:start]])


def above(layout: Layout, cell: Cell, *, span: tuple[float, float] | None = None, rows: int = 2) -> Cell | None:
    """The nearest cell above, at most `rows` rows, that shares a part of the column."""
    left, right = span or (cell.box[0], cell.box[2])
    for index in range(cell.line - 1, max(cell.line - 1 - rows, -1), -1):
        line = layout.lines[index]
        if line.page != cell.page:
            return None
        for other in line.cells:
            if overlap(other, left, right) > 0:
                return other
    return None


def below(layout: Layout, cell: Cell, *, rows: int = 2) -> list[Cell]:
    """The cells under this one that share a part of its column, nearest first, at most one a row."""
    found = []
    for line in layout.lines[cell.line + 1 : cell.line + 1 + rows]:
        if line.page == cell.page:
            under = [other for other in line.cells if overlap(other, cell.box[0], cell.box[2]) > 0]
            found += under[:1]
    return found


def overlap(cell: Cell, left: float, right: float) -> float:
    return min(cell.box[2], right) - max(cell.box[0], left)


def label_of(layout: Layout, line: Line, cell: Cell, start: int, end: int) -> str:
    """The label of a value: to its left, else above it if that is words."""
    left = left_text(line, cell, start)
    if has_letters(left) and not _is_identifier(left):
        return left
    over = above(layout, cell, span=cell.span(start, end), rows=2)
    return over.text if over and has_letters(over.text) and not _is_identifier(over.text) else left


def _is_identifier(text: str) -> bool:
    """Whether a text ends in a number or code rather than in words: the value of another column."""
    last = text.rsplit(maxsplit=1)[-1]
    return sum(char.isdigit() for char in last) > 3 and not last.endswith(":")
