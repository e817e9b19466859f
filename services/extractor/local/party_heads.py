"""Names by their looks: letterheads in large print, and what a mail or web address is called after."""

from collections.abc import Iterator
from itertools import pairwise, product
from statistics import median

from services.extractor.local.blocks import ALIGNED
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.names import LEGAL_FORM
from services.extractor.local.party_labels import Named
from services.extractor.local.party_names import name_in
from services.extractor.local.party_words import COMMON_HOSTS, DOMAIN, OF, TITLE
from services.extractor.local.text import compact, has_letters

LARGER = 1.25  # than the same name elsewhere, or than the page's usual print
LOGO = 1.5  # the same, of a name in two rows
ALIKE = 0.15  # heights of rows of one logo differ by less
ROWS = 4  # of a letterhead
MOST_WORDS = 6  # of a name that an address is called after
SHORTEST = 5  # letters of an address by which a name is found inside a sentence


def headings(layout: Layout) -> Iterator[Named]:
    """The first rows of the first page, where letterheads stand; larger print than the page's own speaks for a name."""
    lines = layout.page_lines(1)
    usual = median(line.height for line in lines) if lines else 0.0
    printed = [line for line in lines if not all(layout.in_picture(cell) for cell in line.cells)]
    for rank, line in enumerate(printed[:ROWS]):
        for cell, name in _names_in(line):
            large = 0.5 if _height(cell) > LARGER * usual else 0.0
            if not layout.in_picture(cell):
                yield Named(name, cell, 1.3 - 0.2 * rank + large, 0.0, "heading")
    for line in lines[: 2 * ROWS]:
        for cell, name in _names_in(line):
            if layout.in_picture(cell):  # a brand, which need not be the name
                yield Named(name, cell, 1.0, 0.0, "logo")
    yield from _in_two_rows(lines[: ROWS + 2], usual)


def _names_in(line: Line) -> Iterator[tuple[Cell, str]]:
    """Cells of a row in a letterhead with the name in each, without a title before it."""
    for cell in line.cells if len(line.cells) < 3 else ():
        text = TITLE.sub("", cell.text)
        text = OF.sub("", text.strip()) if TITLE.match(cell.text) else text
        if has_letters(text, 3) and cell.box[1] < 0.2 and (name := name_in(text)):
            yield cell, name


def _in_two_rows(lines: tuple[Line, ...], usual: float) -> Iterator[Named]:
    """A name that a logo breaks: two rows of equally large print under each other."""
    for upper, lower in pairwise(lines):
        for cell, below in product(upper.cells, lower.cells):
            text = f"{cell.text} {below.text}"
            if _is_one_logo(cell, below, usual) and not TITLE.search(text) and (name := name_in(text)):
                yield Named(name, cell, 2.2, 0.0, "heading")


def _is_one_logo(cell: Cell, below: Cell, usual: float) -> bool:
    height = _height(cell)
    near = below.box[1] - cell.box[3] < height and abs(cell.box[0] - below.box[0]) < ALIGNED
    large = height > LOGO * usual and abs(height - _height(below)) < ALIKE * height
    return near and large and cell.box[1] < 0.2


def hosts_of(layout: Layout) -> frozenset[str]:
    """The names of the mail and web addresses of a document, compact, without those everybody uses."""
    names = {match[1].split(".")[-1].lower() for match in DOMAIN.finditer(layout.text)}
    return frozenset(compact(name) for name in names - COMMON_HOSTS)


def likeness(host: str, key: str) -> float:
    """Points for an address that may be called after a name, both compact."""
    if key == host:
        return 2.5
    if min(len(host), len(key)) < 3:
        return 0.0
    if host.startswith(key) or (len(host) > 4 and key.startswith(host)):
        return 2.0
    return 1.0 if len(host) > 6 and host in key else 0.0


def hosted(layout: Layout, hosts: frozenset[str]) -> Iterator[Named]:
    """Words anywhere in a line that make up the name of an address: your order with Blue Example, www.blue-example.com."""
    wanted = frozenset(host for host in hosts if len(host) >= SHORTEST)
    for line in layout.outer_lines if wanted else ():
        for cell in line.cells:
            if any(host in cell.compact for host in wanted) and (name := _called(cell.text, wanted)):
                yield Named(name, cell, 0.0, 0.0, "address")  # that an address is called so is counted for every name


def _called(text: str, hosts: frozenset[str]) -> str | None:
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
            part = " ".join(words[start:end])
            if compact(part) in hosts and not DOMAIN.search(part) and "@" not in part:
                form = LEGAL_FORM.match(" ".join(words[end:]))
                return name_in(f"{part} {form[0]}" if form else part)
    return None


def _height(cell: Cell) -> float:
    return cell.box[3] - cell.box[1]
