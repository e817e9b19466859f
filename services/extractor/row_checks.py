"""Holds the rows of a list against the printed ones: each has its own, in order, with every value in its column."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from services.extractor.columns import Column, Place, column_of, place_of
from services.extractor.lookup import SPREAD, Hit, Lookup, Scalar, reads_like
from services.extractor.page_index import compact
from services.extractor.row_alignment import scalars
from shared.results import JsonObject, ResultWarning

BELOW = 2  # rows below its first that may belong to an item
FEW = 0.2  # of the values of a column
SHORT = 3  # letters of a heading that say too little


class Listed(NamedTuple):
    """An item and the printed rows that are its own, None where it has none."""

    item: JsonObject
    first: int | None
    last: int


def list_warnings(
    name: str, items: Sequence[Any], anchors: Sequence[int | None], lookup: Lookup
) -> Iterator[ResultWarning]:
    """Yields what is wrong with the items of the list `name`, which stand at `anchors`."""
    listed = _listed(items, anchors, lookup)
    properties = list(dict.fromkeys(key for item in listed for key in item.item))
    columns = {key: column for key in properties if (column := column_of(_sure_places(key, listed, lookup)))}
    yield from _out_of_order(name, anchors)
    yield from _misplaced(name, listed, columns, lookup)
    yield from _signs(name, listed, columns, lookup)
    yield from _under_another_heading(name, listed, columns, lookup)
    yield from _skipped(name, listed, columns, lookup)


def _listed(items: Sequence[Any], anchors: Sequence[int | None], lookup: Lookup) -> list[Listed]:
    taken = {anchor for anchor in anchors if anchor is not None}
    listed = []
    for item, anchor in zip(items, anchors, strict=True):
        last = -1 if anchor is None else anchor
        while last + 1 < len(lookup.index.rows) and last - (anchor or 0) < BELOW and last + 1 not in taken:
            last += 1
        listed.append(Listed(item if isinstance(item, dict) else {"": item}, anchor, last))
    return listed


def _own_hits(value: Scalar, listed: Listed, lookup: Lookup) -> list[Hit]:
    """Where the value stands on the item's own rows."""
    if listed.first is None:
        return []
    hits, index = lookup.hits(value), lookup.index
    low = bisect_left(hits, index.row_span(listed.first)[0], key=lambda hit: hit.span[0])
    high = bisect_left(hits, index.row_span(listed.last)[1], key=lambda hit: hit.span[0])
    return hits[low:high]


def _printed(listed: Listed, lookup: Lookup) -> str:
    rows = lookup.index.rows[listed.first or 0 : listed.last + 1]
    return " ".join(row.text for row in rows)


def _sure_places(key: str, listed: Sequence[Listed], lookup: Lookup) -> list[Place]:
    """Where the property's values stand that stand only once on their rows."""
    found = (_own_hits(item.item[key], item, lookup) for item in listed if key in scalars(item.item))
    places = ({place_of(hit, lookup.index) for hit in hits} for hits in found)
    return [next(iter(each)) for each in places if len(each) == 1]


def _out_of_order(name: str, anchors: Sequence[int | None]) -> Iterator[ResultWarning]:
    known = [(number, anchor) for number, anchor in enumerate(anchors) if anchor is not None]
    for (_, before), (number, anchor) in pairwise(known):
        if anchor < before:
            message = f"The rows of {name} are not in the order of the pages, first row {number + 1}."
            yield ResultWarning(code="rows_out_of_order", message=message, field=f"{name}[{number}]")
            return


def _misplaced(
    name: str, listed: Sequence[Listed], columns: dict[str, Column], lookup: Lookup
) -> Iterator[ResultWarning]:
    """Values that stand on other rows than the rest of their item, or in another column than their like."""
    wrong = []
    for number, each in enumerate(listed):
        for key, value in scalars(each.item).items():
            if each.first is None or not lookup.hits(value):
                continue  # flagged as ungrounded
            own = [hit for hit in _own_hits(value, each, lookup) if hit.quality >= SPREAD]
            column = columns.get(key)
            if not own and isinstance(value, str) and reads_like(value, _printed(each, lookup)):
                continue
            if not own or (column and _elsewhere(own, column, each, lookup)):
                wrong.append(f"{name}[{number}].{key}" if key else f"{name}[{number}]")
    if wrong:
        message = f"{len(wrong)} values of {name} stand in another row or column, first {wrong[0]}."
        yield ResultWarning(code="values_misplaced", message=message, field=wrong[0])


def _elsewhere(own: Sequence[Hit], column: Column, listed: Listed, lookup: Lookup) -> bool:
    """Whether the value stands beside its column, though something else stands in it; two columns may share a property."""
    index = lookup.index
    if any(column.holds(place_of(hit, index)) for hit in own):
        return False
    return any(column.holds(Place(word.x0, word.x1)) for word in index.rows[listed.first or 0].words)


def _signs(name: str, listed: Sequence[Listed], columns: dict[str, Column], lookup: Lookup) -> Iterator[ResultWarning]:
    """Values that take the printed sign otherwise than nearly all others of their column do."""
    for key, column in columns.items():
        turned = [
            (number, (each.item[key] < 0) != lookup.index.is_negative(hit.span))
            for number, each in enumerate(listed)
            if isinstance(each.item.get(key), int | float) and each.item[key] != 0
            for hit in _own_hits(each.item[key], each, lookup)
            if column.holds(place_of(hit, lookup.index))
        ]
        usual = 2 * sum(turn for _, turn in turned) > len(turned)
        odd = [number for number, turn in turned if turn != usual]
        if odd and len(odd) <= FEW * len(turned):
            path = f"{name}[{odd[0]}].{key}"
            message = f"{len(odd)} values of {key} have another sign than is printed, first {path}."
            yield ResultWarning(code="sign_differs", message=message, field=path)


def _under_another_heading(
    name: str, listed: Sequence[Listed], columns: dict[str, Column], lookup: Lookup
) -> Iterator[ResultWarning]:
    """Whole columns that were mixed up: the heading of one property stands above the values of another."""
    first = next((each.first for each in listed if each.first is not None), 0)
    headings = lookup.index.rows[max(first - 4, 0) : first]
    for key, column in columns.items():
        for other, mistaken in columns.items():
            if other == key or mistaken == column:
                continue
            words = [word for row in headings for word in row.words if _names(word.text, key)]
            places = [Place(word.x0, word.x1) for word in words if not _names(word.text, other)]
            if any(mistaken.holds(place) and not column.holds(place) for place in places):
                message = f"The heading of {key} stands above the values of {other}."
                yield ResultWarning(code="columns_mixed_up", message=message, field=f"{name}[0].{other}")
                return


def _names(heading: str, key: str) -> bool:
    said = compact(heading)
    return len(said) >= SHORT and said in compact(key)


def _skipped(
    name: str, listed: Sequence[Listed], columns: dict[str, Column], lookup: Lookup
) -> Iterator[ResultWarning]:
    """Empty values where something is printed in the property's column."""
    for number, each in enumerate(listed):
        if each.first is None:
            continue
        words = [Place(word.x0, word.x1) for word in lookup.index.rows[each.first].words]
        for key, column in columns.items():
            if each.item.get(key) in (None, "") and any(column.holds(place) for place in words):
                path = f"{name}[{number}].{key}"
                message = f"Something is printed where {path} has no value."
                yield ResultWarning(code="value_skipped", message=message, field=path)
                return
