"""Puts the answers about overlapping windows together: each printed row once, each value once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from services.extractor.lookup import Lookup
from services.extractor.row_alignment import align, as_objects
from services.extractor.windows import Window
from shared.results import JsonObject

OPENING = ("opening", "start", "begin", "previous", "initial", "first")


class Part(NamedTuple):
    """A window and what the model read there."""

    window: Window
    data: JsonObject


class Merged(NamedTuple):
    """One object, and the names of values that the windows disagree on."""

    data: JsonObject
    disputed: tuple[str, ...]


def merge(parts: Sequence[Part], lookup: Lookup) -> Merged:
    """What the parts say together.

    Rows are told apart by where they stand on the pages, so the overlap gives no duplicates and equal rows survive.
    A value of the whole document is the one most windows give.
    """
    if len(parts) == 1:
        return Merged(parts[0].data, ())
    names = list(dict.fromkeys(name for part in parts for name in part.data))
    data: JsonObject = {}
    disputed: list[str] = []
    for name in names:
        values = [part.data.get(name) for part in parts]
        if any(isinstance(value, list) for value in values):
            data[name] = _rows([(part.window, part.data.get(name) or []) for part in parts], lookup)
        else:
            data[name], agreed = _value(name, values)
            disputed += [] if agreed else [name]
    return Merged(data, tuple(disputed))


def _value(name: str, values: list[Any]) -> tuple[Any, bool]:
    """The most frequent value, and whether no other was given. In a tie amounts are closing ones, and stand last."""
    given = [value for value in values if value is not None and value != ""]
    if not given:
        return None, True
    votes = Counter(map(repr, given))
    most = max(votes.values())
    best = [value for value in given if votes[repr(value)] == most]
    closing = isinstance(best[0], int | float) and not any(word in name.lower() for word in OPENING)
    return best[-1] if closing else best[0], len(votes) == 1


def _rows(lists: list[tuple[Window, list[Any]]], lookup: Lookup) -> list[Any]:
    """All rows in printed order. A row read twice is kept as the window with more of it has it."""
    placed: dict[tuple[int, int], Any] = {}
    read_to = -1  # the last printed row of the windows before
    for window, items in lists:
        region = _region(window, lookup)
        if not region:
            continue
        row, loose = region.start - 1, 0
        for item, anchor in zip(items, align(as_objects(items), lookup, within=region), strict=True):
            if anchor is not None:
                row, loose = anchor, 0
                if _filled(item) > _filled(placed.get((row, 0))):
                    placed[row, 0] = item
            elif row > read_to or item not in placed.values():
                loose = 1 + max((n for r, n in placed if r == row), default=0)
                placed[row, loose] = item
        read_to = region.stop - 1
    return [placed[place] for place in sorted(placed)]


def _region(window: Window, lookup: Lookup) -> range:
    """The printed rows of the window, by the words they hold: a window may be part of a page."""
    words = {id(word) for page in window for word in page.words}
    numbers = [number for number, row in enumerate(lookup.index.rows) if id(row.words[0]) in words]
    return range(numbers[0], numbers[-1] + 1) if numbers else range(0)


def _filled(item: Any) -> int:
    return sum(value not in (None, "") for value in item.values()) if isinstance(item, dict) else int(item is not None)
