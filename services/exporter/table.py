"""A table of an export: its headers, and the rows a document gives. The same for CSV and for a sheet."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any
from uuid import UUID

from services.exporter.evidence import Evidence, RowEvidence
from services.exporter.rows import Cell, Extra, Layout, Path, as_cell, as_json
from services.exporter.shapes import NO_LEAVES, Names, Remembered, parted, paths_of
from services.exporter.stored import Document
from services.exporter.survey import ColumnOrder, Survey, TypeSeen

ROW = "row"
MORE = "more_fields"

Source = str | Path  # of a column's cells: an attribute of the document, one of _OF_A_ROW, or a leaf of the data

_OF_A_ROW = (ROW, "page", "confidence", MORE)
_OF_A_DOCUMENT = ("file_name", "batch_name", "custom_id", "document_type", "status", "error_text")
_OF_A_REVIEW = ("needs_review", "reviewed_by", "reviewed_at", "warnings_text")
_NOTHING_KNOWN = RowEvidence(None, None)
_CELLS = frozenset({str, int, float, bool, datetime, NoneType})


class DocumentsChangedError(RuntimeError):
    """The documents were not the same in both passes. Writing the export again helps."""

    def __init__(self, document_id: UUID) -> None:
        super().__init__(f"document {document_id} changed while it was exported")


class Table:
    """Headers, all different, and a row of as many cells for each document or array item.

    `columns` says by header where the cells come from, `row_paths` by document type which array gives the rows.
    """

    def __init__(self, columns: dict[str, Source], row_paths: dict[str, Path | None]) -> None:
        self.headers = list(columns)
        self._sources = tuple(columns.values())
        self._known = frozenset(source for source in self._sources if isinstance(source, tuple))
        self._row_paths = row_paths
        self._has_rest = MORE in self._sources
        self._has_evidence = not {"page", "confidence"}.isdisjoint(self._sources)
        self._reads_all = self._has_evidence or not {*_OF_A_REVIEW}.isdisjoint(self._sources)
        self._attributes = _OF_A_DOCUMENT + (_OF_A_REVIEW if self._reads_all else ())
        self._about = attrgetter(*self._attributes)
        self._arrangements = Remembered(self._arrangement)

    def rows(self, document: Document) -> Iterator[Sequence[Cell]]:
        """One row, or one an item of the array at this type's row path. Every document has at least one row.

        Raises DocumentsChangedError for data that the first pass did not see, rather than leaving it out.
        """
        if self._reads_all:
            document = document.full
        path = self._row_paths.get(document.document_type or "")
        (own_names, own_values), items = parted(document.data, path)
        about = self._about(document)
        evidence = Evidence(document.full.fields, path) if self._has_evidence else None
        numbered = enumerate(items, start=1)
        for number, (names, values) in chain([next(numbered, (None, NO_LEAVES))], numbered):
            arranged = self._arrangements[path, own_names, names]
            if arranged is None:
                raise DocumentsChangedError(document.full.document_id)
            found = evidence.of_row(number and number - 1) if evidence else _NOTHING_KNOWN
            rest = None
            if self._has_rest:
                leaves = [*paths_of(own_names), *paths_of(names, path or ())]
                rest = self._rest(zip(leaves, chain(own_values, values), strict=True))
            row = arranged((None, number, found.pages, found.confidence, rest, *about, *own_values, *values))
            yield row if _CELLS.issuperset(map(type, row)) else [as_cell(cell) for cell in row]

    def _arrangement(self, shape: tuple[Path | None, Names, Names]) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
        """What brings nothing, the cells of a row and those of its leaves into the order of the columns.

        None for leaves that have no column, unless there is the column of the rest.
        """
        path, own, item = shape
        leaves = [*paths_of(own), *paths_of(item, path or ())]
        if not self._has_rest and not self._known.issuperset(leaves):
            return None
        places = {source: place for place, source in enumerate((None, *_OF_A_ROW, *self._attributes, *leaves))}
        return itemgetter(*(places.get(source, 0) for source in self._sources))

    def _rest(self, leaves: Iterable[tuple[Path, Any]]) -> str | None:
        """The values that have no column of their own, as JSON text: wider than a sheet, but not lost."""
        rest = {".".join(path): value for path, value in leaves if path not in self._known}
        return as_json(rest) if rest else None


def table_of(survey: Survey, types: Iterable[str], *, layout: Layout, extras: Iterable[Extra]) -> Table:
    """The table that shows all documents of `types`: about the document first, then its data, then errors."""
    row_paths = {name: survey.types[name].row_path if layout == "multi_row" else None for name in types}
    own, items = ColumnOrder(), ColumnOrder()
    for name, path in row_paths.items():
        _add_columns(survey.types[name], path, own, items)
    columns = _about_the_document(survey, frozenset(extras))
    tail: dict[str, Source] = {"error": "error_text"}
    if "review" in extras:
        tail = {"warnings": "warnings_text", **tail}
    taken = {*columns, *tail, ROW, MORE}
    columns |= {_header(path, taken): path for path in own.paths}
    if layout == "multi_row":
        columns[ROW] = ROW
        columns |= {_header(path, taken): path for path in items.paths}
    if own.overflowed or items.overflowed:
        columns[MORE] = MORE
    return Table(columns | tail, row_paths)


def _add_columns(seen: TypeSeen, path: Path | None, own: ColumnOrder, items: ColumnOrder) -> None:
    own.overflowed |= seen.columns.overflowed
    if path is None:
        own.add(seen.columns.paths)
        return
    own.add(leaf for leaf in seen.columns.paths if leaf[: len(path)] != path)
    items.overflowed |= seen.arrays[path].columns.overflowed
    items.add(seen.arrays[path].columns.paths)
    items.add(
        leaf for leaf in seen.columns.paths if leaf[: len(path)] == path and (leaf != path or leaf in seen.scalars)
    )


def _about_the_document(survey: Survey, extras: frozenset[Extra]) -> dict[str, Source]:
    columns: dict[str, Source] = {"file": "file_name"}
    if len(survey.batches) > 1:
        columns["batch"] = "batch_name"
    if survey.has_custom_ids:
        columns["custom_id"] = "custom_id"
    columns |= {"document_type": "document_type", "status": "status"}
    if "pages" in extras:
        columns["page"] = "page"
    if "confidence" in extras:
        columns["confidence"] = "confidence"
    if "review" in extras:
        columns |= {name: name for name in ("needs_review", "reviewed_by", "reviewed_at")}
    return columns


def _header(path: Path, taken: set[str]) -> str:
    """`supplier.name`; where a column about the document has that name already, `data.status`."""
    name = ".".join(path)
    if name in taken:
        name = f"data.{name}"
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    taken.add(unique)
    return unique
