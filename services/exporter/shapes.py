"""The shape of a document: the names of its leaves. Most documents of a type share it, so what follows from it is worked out once."""

from collections.abc import Callable, Collection, Iterable
from types import NoneType
from typing import Any, TypeVar

from services.exporter.rows import Path, leaves_of, split_items
from shared.results import JsonObject

Names = tuple[str, ...] | tuple[Path, ...]  # a flat object's leaves are named by its keys: no path is made of each
Leaves = tuple[Names, Collection[Any]]  # the names, and as many values
K = TypeVar("K")
V = TypeVar("V")

NO_LEAVES: Leaves = (), ()
_FLAT = frozenset({str, int, float, bool, NoneType, list})
_MOST_SHAPES = 200
_LONGEST_SHAPE = 10_000  # characters, so that what is remembered stays small whatever the documents hold


def laid_out(value: Any, path: Path = ()) -> Leaves:
    """The leaves of `value`, which stands at `path`, in their order. Arrays and empty objects are leaves too."""
    if type(value) is dict and value and _FLAT.issuperset(map(type, value.values())):
        return tuple(value), value.values()
    leaves = leaves_of(value, path)
    return tuple(leaves), leaves.values()


def parted(data: JsonObject, path: Path | None) -> tuple[Leaves, Iterable[Leaves]]:
    """The leaves of `data` without the array at `path`, and those of its items, as `split_items` parts them."""
    if path is None:
        return laid_out(data), ()
    if len(path) == 1 and isinstance(array := data.get(path[0]), list):
        own = {name: value for name, value in data.items() if name != path[0]}
        return laid_out(own), (laid_out(item, path) for item in array)
    leaves, items = split_items(leaves_of(data), path)
    return (tuple(leaves), leaves.values()), [(tuple(item), item.values()) for item in items]


def paths_of(names: Names, path: Path = ()) -> list[Path]:
    """The paths of leaves that `laid_out` found at `path`."""
    return [(*path, name) if isinstance(name, str) else name for name in names]


class Remembered(dict[K, V]):
    """What was worked out for a shape. For the first few only: where all documents differ, each is worked out by itself."""

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, shape: K) -> V:
        found = self._work_out(shape)
        if len(self) < _MOST_SHAPES and len(repr(shape)) < _LONGEST_SHAPE:
            self[shape] = found
        return found
