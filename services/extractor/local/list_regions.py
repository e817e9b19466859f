"""Where the rows of a list stand: below its heading, below each page's heading, and on pages that go on without one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.list_headings import SIDE, Asked, Heading, headings_in
from services.extractor.local.tables import columns_of, is_end
from services.extractor.local.text import compact

FAR = 3.2  # heights of a row: a wider gap under a list ends it
ALIKE = 0.6  # of the headings of columns, that have to stand where they stood


def lines_of_list(
    layout: Layout, heading: Heading, asked: Asked, *, name: str, is_row: Callable[[Line], bool]
) -> Iterator[Line]:
    """The lines of the list on all pages. A heading that comes again may be misread; a list that no sum has ended goes on
    on the next page also without one, from its first line that `is_row` on.
    """
    goes_on = False
    for page in range(1, layout.pages + 1):
        lines = layout.page_lines(page)
        place = _place_of_heading(layout, lines, heading, asked, name=name)
        above = lines[place] if place is not None else None
        if place is None and goes_on:
            place = next((index for index, line in enumerate(lines) if is_row(line)), len(lines)) - 1
        if place is None:
            continue
        region = list(_region(lines[place + 1 :], replace(heading, line=above) if above else heading, page=page))
        goes_on = bool(region) and not _is_ended(lines, region[-1])
        yield from region


def _place_of_heading(
    layout: Layout, lines: Sequence[Line], heading: Heading, asked: Asked, *, name: str
) -> int | None:
    """Which line of a page is the heading, or the same heading again."""
    fills = [column.fills for column in heading.columns]
    for place, line in enumerate(lines):
        again = headings_in(layout, line, asked, name=name)
        if line is heading.line or any([column.fills for column in other.columns] == fills for other in again):
            return place
        if line.page != heading.line.page and _stands_alike(line, heading):
            return place
    return None


def _stands_alike(line: Line, heading: Heading) -> bool:
    """Whether most cells stand where the headings of the columns stood, and half say the same."""
    if line.has_money or len(line.cells) < 2:
        return False
    most = ALIKE * len(heading.columns)
    same = {compact(column.text) for column in heading.columns} & {cell.compact for cell in line.cells}
    return len(same) >= len(heading.columns) / 2 and sum(_is_over_column(cell, heading) for cell in line.cells) >= most


def _is_over_column(cell: Cell, heading: Heading) -> bool:
    return any(
        abs(cell.box[0] - column.left) < SIDE or abs(cell.box[2] - column.right) < SIDE for column in heading.columns
    )


def _region(lines: Sequence[Line], heading: Heading, *, page: int) -> Iterator[Line]:
    """From a heading down to a sum, a wide gap, another heading or the end of the page."""
    above: Line | None = None
    for line in lines:
        inside = [cell for cell in line.cells if heading.left <= cell.box[0] < heading.right]
        if line.page != page or columns_of(line):
            return
        if not inside:
            continue
        if above and line.box[1] - above.box[3] > FAR * max(line.height, above.height):
            return
        if is_end(_only(line, inside)):
            return
        above = line
        yield line


def _is_ended(lines: Sequence[Line], last: Line) -> bool:
    """Whether a sum or another heading follows the last line of a list on its page."""
    return any(is_end(line) or columns_of(line) for line in lines if line.index > last.index)


def _only(line: Line, cells: Sequence[Cell]) -> Line:
    return line if len(cells) == len(line.cells) else replace(line, row=cells[0].row, cells=tuple(cells))
