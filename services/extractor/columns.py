"""Where the values of a list stand side by side: the column of each property, learnt from the rows themselves."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from services.extractor.lookup import Hit
from services.extractor.page_index import PageIndex

TOLERANCE = 0.015  # of the page's width
FEWEST = 4  # rows that show where a column is
IN_COLUMNS = 0.9  # of the values stand in a few columns, or it is no table
COLUMNS = 3  # so many places a property may have before it is no column: two by mistake, and the right one


class Place(NamedTuple):
    """From where to where a value is printed, in fractions of the page's width."""

    left: float
    right: float

    def edge(self, kind: str) -> float:
        return {"left": self.left, "right": self.right, "middle": (self.left + self.right) / 2}[kind]


class Column(NamedTuple):
    """An edge that the values of a property share."""

    kind: str
    edge: float

    def holds(self, place: Place) -> bool:
        return abs(place.edge(self.kind) - self.edge) <= TOLERANCE


def place_of(hit: Hit, index: PageIndex) -> Place:
    """Where the first row of a hit stands."""
    row = index.row_at(hit.span[0])
    end = min(hit.span[1], index.row_span(row)[1])
    boxes = [
        (word.x0 + (word.x1 - word.x0) * start, word.x0 + (word.x1 - word.x0) * stop)
        for word, start, stop in index.covered((hit.span[0], end))
        if stop > start
    ]
    return Place(min(left for left, _ in boxes), max(right for _, right in boxes))


def column_of(places: Sequence[Place]) -> Column | None:
    """The column that most of these values stand in, None where they stand all over the page."""
    if len(places) < FEWEST:
        return None
    found = [_busiest(places, kind) for kind in ("right", "left", "middle")]
    columns = [(held, column) for held, in_columns, column in found if in_columns >= IN_COLUMNS * len(places)]
    return max(columns, key=lambda pair: pair[0])[1] if columns else None


def _busiest(places: Sequence[Place], kind: str) -> tuple[int, int, Column]:
    """How many values the busiest column by one kind of edge holds, and how many the few busiest hold together."""
    edges = [place.edge(kind) for place in places]
    columns: list[tuple[int, float]] = []
    while edges and len(columns) < COLUMNS:
        counts = Counter(round(edge / TOLERANCE) for edge in edges)
        about = counts.most_common(1)[0][0] * TOLERANCE
        near = sorted(edge for edge in edges if abs(edge - about) <= TOLERANCE)
        middle = near[len(near) // 2]
        rest = [edge for edge in edges if abs(edge - middle) > TOLERANCE]
        columns.append((len(edges) - len(rest), middle))
        edges = rest
    held, edge = max(columns)
    return held, sum(count for count, _ in columns if count > 1), Column(kind, edge)
