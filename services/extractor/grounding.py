"""Looks every value of a result up on the pages again, and says how well it is supported there."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.extractor.lookup import Hit, Lookup, Scalar, reads_like
from services.extractor.page_index import PageIndex, compact
from services.extractor.row_alignment import Anchors, align, anchors_of, as_objects
from shared.pages import Pages
from shared.results import FieldEvidence, JsonObject

UNGROUNDED = "ungrounded"
UNCHECKED = "unchecked"
NO_SUPPORT = 0.1
YES_OR_NO = 0.5  # a yes or no stands nowhere literally
AWAY_FROM_ROW = 0.6  # an amount that only other rows have may belong to them
AMBIGUOUS = 0.85
MISREAD = 0.6
NEAR = 3  # rows


def ground(
    data: JsonObject, pages: Pages, *, lookup: Lookup | None = None, anchors: Anchors | None = None
) -> dict[str, FieldEvidence]:
    """The evidence for every scalar in `data` by path, such as `total` or `line_items[0].amount`; null has none.

    A value that stands nowhere has the warning `ungrounded` and a confidence of 0.1. Give the `lookup` of these
    pages and the `anchors` of the lists when they are there already.
    """
    lookup = lookup or Lookup(PageIndex(pages))
    return dict(_Grounding(lookup, anchors_of(data, lookup) if anchors is None else anchors).object(data, "", None))


Evidence = Iterator[tuple[str, FieldEvidence]]


@dataclass(frozen=True)
class _Grounding:
    """One pass over a result."""

    lookup: Lookup
    anchors: Anchors  # of the lists at the top, by name

    def object(self, data: JsonObject, path: str, row: int | None) -> Evidence:
        for key, value in data.items():
            yield from self.value(value, f"{path}.{key}" if path else key, row)

    def value(self, value: Any, path: str, row: int | None) -> Evidence:
        if isinstance(value, dict):
            yield from self.object(value, path, row)
        elif isinstance(value, list):
            yield from self.list(value, path, row)
        elif isinstance(value, bool):
            yield path, FieldEvidence(confidence=YES_OR_NO, warnings=(UNCHECKED,))
        elif isinstance(value, str | int | float) and value != "":
            yield path, _scalar(value, row, self.lookup)

    def list(self, items: list[Any], path: str, row: int | None) -> Evidence:
        anchors = self.anchors.get(path) or align(as_objects(items), self.lookup)
        for number, (item, anchor) in enumerate(zip(items, anchors, strict=True)):
            here = f"{path}[{number}]"
            if anchor is None and row is None and isinstance(item, dict):
                yield from ((inner, _unsupported()) for inner, _ in self.object(item, here, None))
            elif anchor is None and not isinstance(item, dict):
                yield here, _unsupported()
            else:
                yield from self.value(item, here, anchor if anchor is not None else row)


def _unsupported() -> FieldEvidence:
    return FieldEvidence(confidence=NO_SUPPORT, warnings=(UNGROUNDED,))


def _scalar(value: Scalar, row: int | None, lookup: Lookup) -> FieldEvidence:
    index = lookup.index
    found = lookup.hits(value) or (_misread(value, row, index) if isinstance(value, str) and row is not None else [])
    if not found:
        return _unsupported()
    hit, factor = _best(value, found, row, index)
    confidence = hit.quality * factor * index.recognised(hit.span)
    return FieldEvidence(confidence=round(confidence, 3), citations=(index.citation(hit.span),))


def _misread(value: str, row: int, index: PageIndex) -> list[Hit]:
    """The row itself where its words, or the next row's, read nearly like the value."""
    last = min(row + 1, len(index.rows) - 1)
    printed = " ".join(each.text for each in index.rows[row : last + 1])
    return [Hit(index.row_span(row), MISREAD)] if reads_like(value, printed) else []


def _best(value: Scalar, found: list[Hit], row: int | None, index: PageIndex) -> tuple[Hit, float]:
    """The best place: near the row where there is one, otherwise the best reading, first on the pages."""
    if row is None:
        hit = max(found, key=lambda each: (each.quality, -each.span[0]))
        short = len(compact(str(value))) <= 2
        return hit, AMBIGUOUS if short and len(found) > 1 else 1.0

    def distance(hit: Hit) -> tuple[bool, int, float]:
        away = index.row_at(hit.span[0]) - row
        return away < 0, abs(away), -hit.quality

    first = bisect_left(found, index.row_span(max(row - NEAR, 0))[0], key=_start)
    last = bisect_left(found, index.row_span(min(row + NEAR, len(index.rows) - 1))[1], key=_start)
    if first < last:
        return min(found[first:last], key=distance), 1.0
    return min(found[max(first - 1, 0) : first + 1], key=distance), AWAY_FROM_ROW


def _start(hit: Hit) -> int:
    return hit.span[0]
