"""The first pass over an export: which columns there will be, and which array gives the rows.

It keeps names only, so its memory follows the number of columns and not the number of documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import NoneType
from typing import Any
from uuid import UUID

from services.exporter.rows import Layout, Path
from services.exporter.shapes import Leaves, Names, Remembered, laid_out, paths_of
from services.exporter.stored import Document

MOST_COLUMNS = 8_000  # document and item columns together stay below the 16,384 of a sheet


class ColumnOrder:
    """Paths in the order they were seen; a new one stands behind the one it followed in its document."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.overflowed = False
        self._known: set[Path] = set()

    def add(self, paths: Iterable[Path]) -> None:
        """Note the paths of one document or item, in its order."""
        if self._known.issuperset(paths := list(paths)):
            return
        previous = None
        for path in paths:
            if path not in self._known:
                if len(self.paths) == MOST_COLUMNS:
                    self.overflowed = True
                    return
                at = self.paths.index(previous) + 1 if previous else len(self.paths)
                self.paths.insert(at, path)
                self._known.add(path)
            previous = path


@dataclass
class ArraySeen:
    """An array that could give the rows: how many items it has in all, and the columns of its items."""

    items: int = 0
    columns: ColumnOrder = field(default_factory=ColumnOrder)


class TypeSeen:
    """What the documents of one type have in common."""

    def __init__(self) -> None:
        self.columns = ColumnOrder()
        self.arrays: dict[Path, ArraySeen] = {}
        self.scalars: set[Path] = set()
        self._lists = Remembered(self._note_shape)

    @property
    def row_path(self) -> Path | None:
        """The array with the most items over all documents; the first seen among equals."""
        return max(self.arrays, key=lambda path: self.arrays[path].items, default=None)

    def note(self, leaves: Leaves, *, layout: Layout, wanted: str | None) -> None:
        """Note the columns of a document and, where they can give the rows, of the items of its arrays."""
        names, values = leaves
        types = tuple(map(type, values)) if layout == "multi_row" else ()
        if lists := self._lists[names, types]:
            found = list(values)
            for place, path in lists:
                self._note_items(path, found[place], wanted)

    def _note_shape(self, shape: tuple[Names, tuple[type, ...]]) -> list[tuple[int, Path]]:
        """Note the names and types of leaves. To do so again changes nothing, so it is done once a shape: where it has lists."""
        names, types = shape
        paths = paths_of(names)
        self.columns.add(paths)
        for path, kind in zip(paths, types, strict=False):
            if kind not in {list, NoneType} and len(self.scalars) < MOST_COLUMNS:
                self.scalars.add(path)
        return [(place, paths[place]) for place, kind in enumerate(types) if kind is list]

    def _note_items(self, path: Path, array: list[Any], wanted: str | None) -> None:
        if _gives_rows(path, array, wanted):
            seen = self.arrays.setdefault(path, ArraySeen())
            seen.items += len(array)
            for names in dict.fromkeys(laid_out(item, path)[0] for item in array):
                seen.columns.add(paths_of(names, path))


class Survey:
    """Every document type of an export with its columns, in the order seen."""

    def __init__(self, documents: Iterable[Document], *, layout: Layout, path: str | None) -> None:
        self.types: dict[str, TypeSeen] = {}
        self.batches: set[UUID | str] = set()
        self.has_custom_ids = False
        self.all_completed = True
        self._wanted = path if layout == "multi_row" else None
        for document in documents:
            self._note(document)
            name = document.document_type or ""
            if name not in self.types:
                self.types[name] = TypeSeen()
            self.types[name].note(laid_out(document.data), layout=layout, wanted=path)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people want to know: that documents have no list at the path asked for."""
        types = {name: seen for name, seen in self.types.items() if seen.columns.paths}
        without = [name or "no type" for name, seen in types.items() if not seen.arrays]
        if self._wanted is None or not without:
            return ()
        which = "any document" if len(without) == len(types) else f"the documents of {', '.join(without)}"
        return (f'There is no list "{self._wanted}" in {which}: each is one row.',)

    def _note(self, document: Document) -> None:
        if len(self.batches) < 2:  # only whether there are several matters
            self.batches.add(document.batch_id)
        self.has_custom_ids |= document.custom_id is not None
        self.all_completed &= document.status == "completed"


def _gives_rows(path: Path, array: list[Any], wanted: str | None) -> bool:
    if wanted is not None:
        return ".".join(path) == wanted
    return any(isinstance(item, dict) for item in array)
