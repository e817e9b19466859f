"""Finds the printed row behind each extracted row, in order, so that equal rows are told apart by where they stand."""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from services.extractor.lookup import Hit, Lookup, Scalar, reads_like
from services.extractor.page_index import PageIndex
from shared.results import JsonObject

AHEAD = 80  # rows to look ahead before looking everywhere
ENOUGH = 0.5  # of an item's weight must stand on or near its row
HEAVIEST = 8
FULL = 0.9  # an item that is so well supported need not be looked for elsewhere
LIKELY = 12  # rows whose text is compared sign by sign
NEXT, NEXT_ROWS = (
    0.15,
    5,
)  # what it counts, as a share of all, to stand among the rows that come next: less than a row more
MISREAD = 0.9  # what a text counts that was recognised wrongly
SHARES = (1.0, 0.8, 0.7)  # what a value counts in the item's first row, and in the rows below that may belong to it
MOST_BREAKS = 8  # of the order, that may be misreadings
AROUND = 8  # items before and behind a break
Anchors = dict[str, list[int | None]]


def scalars(item: JsonObject) -> dict[str, Scalar]:
    """The item's own values that can be looked up."""
    return {
        key: value
        for key, value in item.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    }


def as_objects(items: Sequence[Any]) -> list[JsonObject]:
    """Items that are no objects as objects of one value."""
    return [item if isinstance(item, dict) else {"": item} for item in items]


def anchors_of(data: JsonObject, lookup: Lookup) -> Anchors:
    """The printed row of each item, for every list of the result by its name."""
    return {name: align(as_objects(items), lookup) for name, items in data.items() if isinstance(items, list)}


def align(items: Sequence[JsonObject], lookup: Lookup, *, within: range | None = None) -> list[int | None]:
    """For each item the number of its printed row, or None. Looks only at the rows `within`, if given.

    Walks down the pages: an item stands after the one before it, unless another place supports it better. No printed
    row supports two items as long as another one does.
    """
    region = range(len(lookup.index.rows)) if within is None else within
    cursor, taken = region.start, set[int]()
    anchors: list[int | None] = []
    wanted = [_Item(scalars(item), lookup) for item in items]
    for printed in wanted:
        anchor, support = printed.best(range(cursor, min(cursor + AHEAD, region.stop)), taken, after=cursor)
        if support < FULL:
            anywhere, better = printed.best(region, taken, after=cursor)
            anchor = anywhere if better > support else anchor
        anchors.append(anchor)
        if anchor is not None:
            taken.add(anchor)
            cursor = max(cursor, anchor)
    return _put_in_order(anchors, wanted, region)


def _put_in_order(anchors: list[int | None], items: Sequence["_Item"], region: range) -> list[int | None]:
    """Where the order breaks in a few places: rows in order for the items around, if those support them as well.

    A row that was misread makes an item take the row of its neighbour, and that one the next.
    """
    known = [anchor for anchor in anchors if anchor is not None]
    breaks = [place for place, (one, other) in enumerate(pairwise(known), 1) if other < one]
    if len(known) < len(anchors) or len(breaks) > MOST_BREAKS:
        return anchors
    for place in breaks:
        low, high = max(place - AROUND, 0), place + AROUND
        rows = range(max(known[:low], default=region.start - 1) + 1, min(known[high:], default=region.stop))
        part = items[low:high]
        better = _in_order(part, rows)
        if better and better[0] >= sum(item.share_at(row) for item, row in zip(part, known[low:high], strict=True)):
            known[low:high] = better[1]
    return list(known)


def _in_order(items: Sequence["_Item"], rows: range) -> tuple[float, tuple[int, ...]] | None:
    """The rows, each below the one before, that support the items best together; None when one has none."""
    reached: dict[int, tuple[float, tuple[int, ...]]] = {rows.start - 1: (0.0, ())}
    for item in items:
        shares = {row: share for row, share in item.shares(rows).items() if share >= ENOUGH}
        before = {row: max((way for last, way in reached.items() if last < row), default=None) for row in shares}
        reached = {row: (way[0] + shares[row], (*way[1], row)) for row, way in before.items() if way}
    return max(reached.values(), default=None)


class _Item:
    """One item's values and where they stand."""

    def __init__(self, values: dict[str, Scalar], lookup: Lookup) -> None:
        self._index = lookup.index
        self._values = values
        self._places = {key: lookup.hits(value) for key, value in values.items()}
        # A quantity of 1 stands everywhere, a long text in one place.
        self._weights = {key: min(len(str(value)), HEAVIEST) for key, value in values.items()}
        self._whole = sum(self._weights.values())

    def best(self, rows: range, taken: set[int], *, after: int) -> tuple[int | None, float]:
        """The row that supports most of the item, and how much of it, 0..1, more for those that come next.

        None when that is too little.
        """
        support = self._support(rows)
        likely = heapq.nsmallest(
            LIKELY,
            (row for row in support if row not in taken),
            key=lambda row: (-support[row] - self._bonus(row, after), row),
        )
        for row in likely:
            if support[row] < FULL * self._whole:
                support[row] += self._misread(row)
        enough = [row for row in likely if support[row] >= ENOUGH * self._whole]
        best = min(enough, key=lambda row: (-support[row] - self._bonus(row, after), row), default=None)
        return (None, 0.0) if best is None else (best, (support[best] + self._bonus(best, after)) / self._whole)

    def shares(self, rows: range) -> dict[int, float]:
        """How much of the item each of the rows supports, 0..1; rows that support nothing are left out."""
        support = self._support(rows)
        for row in heapq.nlargest(LIKELY, support, key=lambda row: support[row]):
            if support[row] < FULL * self._whole:
                support[row] += self._misread(row)
        return {row: share / self._whole for row, share in support.items()}

    def share_at(self, row: int) -> float:
        return self.shares(range(row, row + len(SHARES))).get(row, 0.0)

    def _bonus(self, row: int, after: int) -> float:
        return NEXT * self._whole if after <= row <= after + NEXT_ROWS else 0.0

    def _support(self, rows: range) -> dict[int, float]:
        support: dict[int, float] = defaultdict(float)
        for key, hits in self._places.items():
            found = {self._index.row_at(hit.span[0]) for hit in _between(hits, self._index, rows.start, rows.stop)}
            for row in found.union(row - below for row in found for below in range(1, len(SHARES))):
                if row >= rows.start:
                    share = max(share for below, share in enumerate(SHARES) if row + below in found)
                    support[row] += self._weights[key] * share
        return support

    def _misread(self, row: int) -> float:
        """The weight of texts that the row and the next one nearly have, and neither has exactly."""
        printed = " ".join(each.text for each in self._index.rows[row : row + 2])
        return sum(
            self._weights[key] * MISREAD
            for key, value in self._values.items()
            if isinstance(value, str)
            and not _between(self._places[key], self._index, row, row + len(SHARES))
            and reads_like(value, printed)
        )


def _between(found: list[Hit], index: PageIndex, first: int, last: int) -> list[Hit]:
    low = index.starts[first] if first < len(index.starts) else len(index.text)
    high = index.starts[last] if last < len(index.starts) else len(index.text)
    return found[bisect_left(found, low, key=_start) : bisect_left(found, high, key=_start)]


def _start(hit: Hit) -> int:
    return hit.span[0]
