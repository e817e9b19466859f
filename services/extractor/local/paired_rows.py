"""Lists without a heading: a label and what stands behind it, row by row, as the lines of forms are."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from services.extractor.local.column_names import TEXTS, concepts_of
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.line_items import Item
from services.extractor.local.listed_rows import Kind, Listing
from services.extractor.local.text import has_letters

EDGE = 0.02  # of the page width: right edges that agree
FEWEST = 3  # rows that make a list
LABEL = re.compile(r"^([^\W\d][^:]{1,59}):\s*(.*)$")


def paired_rows(layout: Layout, kinds: Mapping[str, Kind]) -> Listing | None:
    """The rows of a list of two properties, a label and an amount or a text; None when there are too few.

    Amounts stand under each other at one right edge; texts behind a label with a colon.
    """
    labels = [prop for prop, kind in kinds.items() if kind == "text" and concepts_of(prop) & TEXTS]
    if len(kinds) != 2 or not labels:
        return None
    label, value = labels[0], next(prop for prop in kinds if prop != labels[0])
    rows = _amounts(layout) if kinds[value] == "number" else _texts(layout)
    items = [
        Item(line, {label: name, value: said}, {label: cell.row.words, value: behind.row.words})
        for line, cell, name, behind, said in rows
    ]
    return Listing(items, len(items), ()) if len(items) >= FEWEST else None


Pair = tuple[Line, Cell, str, Cell, float | str | None]


def _amounts(layout: Layout) -> list[Pair]:
    """Rows that end in an amount, at the right edge most such rows have."""
    found = list(_ending_in_amount(layout))
    edges = Counter(round(behind.box[2] / EDGE) for *_, behind, _ in found)
    common = edges.most_common(1)[0][0] if edges else 0
    return [pair for pair in found if abs(round(pair[3].box[2] / EDGE) - common) <= 1]


def _ending_in_amount(layout: Layout) -> Iterator[Pair]:
    for line in layout.lines:
        last = line.cells[-1]
        money = [amount for amount in last.amounts if amount.is_money]
        names = [cell for cell in line.cells[:-1] if has_letters(cell.text, 3)]
        if len(names) == 1 and money and not has_letters(last.text, 4):
            yield line, names[0], names[0].text, last, money[-1].value


def _texts(layout: Layout) -> Iterator[Pair]:
    """`Label: value`, the value in the same cell or in the next; None where nothing was filled in."""
    for line in layout.lines:
        for cell, after in zip(line.cells, (*line.cells[1:], None), strict=True):
            match = LABEL.match(cell.text)
            if match and match[2]:
                yield line, cell, match[1], cell, match[2]
            elif match:
                filled = after if after and not LABEL.match(after.text) else None
                yield line, cell, match[1], filled or cell, filled.text if filled else None
