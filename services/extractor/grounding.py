"""Looks every value of a result up on the pages again, and says how well it is supported there."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from services.extractor.lookup import Hit, Lookup, Scalar
from services.extractor.page_index import PageIndex, compact
from services.extractor.row_alignment import align
from shared.pages import Pages
from shared.results import FieldEvidence, JsonObject

UNGROUNDED = "ungrounded"
UNCHECKED = "unchecked"
NO_SUPPORT = 0.1
YES_OR_NO = 0.5  # a yes or no stands nowhere literally
AWAY_FROM_ROW = 0.6  # an amount that only other rows have may belong to them
AMBIGUOUS = 0.85
NEAR = 3  # rows


def ground(data: JsonObject, pages: Pages, *, lookup: Lookup | None = None) -> dict[str, FieldEvidence]:
    """The evidence for every scalar in `data` by path, such as `total` or `line_items[0].amount`; null has none.

    A value that stands nowhere has the warning `ungrounded` and a confidence of 0.1. Give the `lookup` of these
    pages when there is one already.
    """
    return dict(_object(data, "", None, lookup or Lookup(PageIndex(pages))))


Evidence = Iterator[tuple[str, FieldEvidence]]


def _object(data: JsonObject, path: str, row: int | None, lookup: Lookup) -> Evidence:
    for key, value in data.items():
        yield from _value(value, f"{path}.{key}" if path else key, row, lookup)


def _value(value: Any, path: str, row: int | None, lookup: Lookup) -> Evidence:
    if isinstance(value, dict):
        yield from _object(value, path, row, lookup)
    elif isinstance(value, list):
        yield from _list(value, path, row, lookup)
    elif isinstance(value, bool):
        yield path, FieldEvidence(confidence=YES_OR_NO, warnings=(UNCHECKED,))
    elif isinstance(value, str | int | float) and value != "":
        yield path, _scalar(value, row, lookup)


def _list(items: list[Any], path: str, row: int | None, lookup: Lookup) -> Evidence:
    objects = [item if isinstance(item, dict) else {"": item} for item in items]
    for number, (item, anchor) in enumerate(zip(items, align(objects, lookup), strict=True)):
        here = f"{path}[{number}]"
        if anchor is None and row is None and isinstance(item, dict):
            yield from ((inner, _unsupported()) for inner, _ in _object(item, here, None, lookup))
        elif anchor is None and not isinstance(item, dict):
            yield here, _unsupported()
        else:
            yield from _value(item, here, anchor if anchor is not None else row, lookup)


def _unsupported() -> FieldEvidence:
    return FieldEvidence(confidence=NO_SUPPORT, warnings=(UNGROUNDED,))


def _scalar(value: Scalar, row: int | None, lookup: Lookup) -> FieldEvidence:
    found = lookup.hits(value)
    if not found:
        return _unsupported()
    index = lookup.index
    hit, factor = _best(value, found, row, index)
    confidence = hit.quality * factor * index.recognised(hit.span)
    return FieldEvidence(confidence=round(confidence, 3), citations=(index.citation(hit.span),))


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
