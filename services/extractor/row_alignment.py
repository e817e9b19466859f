"""Finds the printed row behind each extracted row, in order, so that equal rows are told apart by where they stand."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from services.extractor.lookup import Hit, Lookup, Scalar
from services.extractor.page_index import PageIndex
from shared.results import JsonObject

AHEAD = 80  # rows to look ahead before looking everywhere
ENOUGH = 0.5  # of an item's weight must stand on or near its row
SHARES = (1.0, 0.8, 0.7)  # what a value counts in the item's first row, and in the rows below that may belong to it
Found = dict[str, list[Hit]]


def scalars(item: JsonObject) -> dict[str, Scalar]:
    """The item's own values that can be looked up."""
    return {
        key: value
        for key, value in item.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    }


def align(items: Sequence[JsonObject], lookup: Lookup, *, within: range | None = None) -> list[int | None]:
    """For each item the number of its printed row, or None. Looks only at the rows `within`, if given.

    Walks down the pages: an item stands after the one before it, unless only an earlier place supports it. No printed
    row supports two items as long as another one does.
    """
    index = lookup.index
    region = range(len(index.rows)) if within is None else within
    cursor, taken = region.start, set[int]()
    anchors: list[int | None] = []
    for item in items:
        places = {key: lookup.hits(value) for key, value in scalars(item).items()}
        weights = {key: _weight(value) for key, value in scalars(item).items()}
        anchor = _best(places, weights, index, first=cursor, last=min(cursor + AHEAD, region.stop), taken=taken)
        if anchor is None:
            anchor = _best(places, weights, index, first=region.start, last=region.stop, taken=taken)
        anchors.append(anchor)
        if anchor is not None:
            taken.add(anchor)
            cursor = max(cursor, anchor)
    return anchors


def _weight(value: Scalar) -> float:
    """How much a value says about its row: a quantity of 1 stands everywhere, a long text in one place."""
    return min(len(str(value)), 12) if isinstance(value, str) else min(len(str(value)), 8) / 2


def _best(
    places: Found, weights: dict[str, float], index: PageIndex, *, first: int, last: int, taken: set[int]
) -> int | None:
    support: dict[int, float] = defaultdict(float)
    for key, hits_of_key in places.items():
        rows = {index.row_at(hit.span[0]) for hit in _between(hits_of_key, index, first, last)}
        for row in rows.union(row - below for row in rows for below in range(1, len(SHARES))):
            share = max(share for below, share in enumerate(SHARES) if row + below in rows)
            support[row] += weights[key] * share
    enough = ENOUGH * sum(weights.values())
    candidates = (row for row, weight in support.items() if weight >= enough and row >= first and row not in taken)
    return min(candidates, key=lambda row: (-support[row], row), default=None)


def _between(found: list[Hit], index: PageIndex, first: int, last: int) -> list[Hit]:
    low = index.starts[first] if first < len(index.starts) else len(index.text)
    high = index.starts[last] if last < len(index.starts) else len(index.text)
    return found[bisect_left(found, low, key=_start) : bisect_left(found, high, key=_start)]


def _start(hit: Hit) -> int:
    return hit.span[0]
