"""The first pass over an export: which columns there will be, and which array gives the rows.

It keeps names only, so its memory follows the number of columns and not the number of documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.exporter.rows import ExportDocument, Layout, Path, leaves_of

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


@dataclass
class TypeSeen:
    """What the documents of one type have in common."""

    columns: ColumnOrder = field(default_factory=ColumnOrder)
    arrays: dict[Path, ArraySeen] = field(default_factory=dict)
    scalars: set[Path] = field(default_factory=set)

    @property
    def row_path(self) -> Path | None:
        """The array with the most items over all documents; the first seen among equals."""
        return max(self.arrays, key=lambda path: self.arrays[path].items, default=None)


class Survey:
    """Every document type of an export with its columns, in the order seen."""

    def __init__(self, documents: Iterable[ExportDocument], *, layout: Layout, path: str | None) -> None:
        self.types: dict[str, TypeSeen] = {}
        self.batches: set[UUID] = set()
        self.has_custom_ids = False
        self.all_completed = True
        self._wanted = path if layout == "multi_row" else None
        for document in documents:
            self._note(document)
            kind = self.types.setdefault(document.document_type or "", TypeSeen())
            leaves = leaves_of(document.data)
            kind.columns.add(leaves)
            if layout == "multi_row":
                _note_arrays(kind, leaves, path)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people want to know: that documents have no list at the path asked for."""
        types = {name: seen for name, seen in self.types.items() if seen.columns.paths}
        without = [name or "no type" for name, seen in types.items() if not seen.arrays]
        if self._wanted is None or not without:
            return ()
        which = "any document" if len(without) == len(types) else f"the documents of {', '.join(without)}"
        return (f'There is no list "{self._wanted}" in {which}: each is one row.',)

    def _note(self, document: ExportDocument) -> None:
        if len(self.batches) < 2:  # only whether there are several matters
            self.batches.add(document.batch_id)
        self.has_custom_ids |= document.custom_id is not None
        self.all_completed &= document.status == "completed"


def _note_arrays(kind: TypeSeen, leaves: dict[Path, Any], wanted: str | None) -> None:
    for path, value in leaves.items():
        if isinstance(value, list):
            if _gives_rows(path, value, wanted):
                seen = kind.arrays.setdefault(path, ArraySeen())
                seen.items += len(value)
                for item in value:
                    seen.columns.add(leaves_of(item, path))
        elif value is not None and len(kind.scalars) < MOST_COLUMNS:
            kind.scalars.add(path)


def _gives_rows(path: Path, array: list[Any], wanted: str | None) -> bool:
    if wanted is not None:
        return ".".join(path) == wanted
    return any(isinstance(item, dict) for item in array)
