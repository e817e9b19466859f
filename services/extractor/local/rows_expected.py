"""How many rows a document has, counted by geometry alone: what stands under what, whatever it says."""

from collections import Counter
from collections.abc import Iterable, Sequence

from services.extractor.local.layout import Layout, Line
from services.extractor.local.tables import columns_of, is_end, is_item_table

EDGE = 0.02  # of the page width: right edges that agree


def expected_items(lines: Sequence[Line]) -> int:
    """Rows between a heading and the totals whose last amount stands in the column most amounts end in."""
    region = list(_between_heading_and_totals(lines))
    return _aligned(region)


def expected_transactions(layout: Layout) -> int:
    """Rows that begin with a date where most such rows begin, and have money on them."""
    dated = [line for line in layout.lines if line.has_money and line.dates and line.dates[0].start < 3]
    lefts = Counter(round(line.box[0] / EDGE) for line in dated)
    if not lefts:
        return 0
    common = lefts.most_common(1)[0][0]
    return sum(count for left, count in lefts.items() if abs(left - common) <= 1)


def _between_heading_and_totals(lines: Sequence[Line]) -> Iterable[Line]:
    headed = any(_heads_items(line) for line in lines)
    inside = not headed
    for line in lines:
        if columns_of(line):
            inside = _heads_items(line)
        elif is_end(line):
            if not headed:
                return
            inside = False
        elif inside and line.has_money:
            yield line


def _heads_items(line: Line) -> bool:
    columns = columns_of(line)
    return columns is not None and is_item_table(columns, line)


def _aligned(lines: Sequence[Line]) -> int:
    edges = [round(_last_money_edge(line) / EDGE) for line in lines]
    if not edges:
        return 0
    common = Counter(edges).most_common(1)[0][0]
    return sum(abs(edge - common) <= 1 for edge in edges)


def _last_money_edge(line: Line) -> float:
    return max(
        cell.span(amount.start, amount.end)[1] for cell in line.cells for amount in cell.amounts if amount.is_money
    )
