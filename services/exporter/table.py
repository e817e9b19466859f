"""A table of an export: its headers, and the rows a document gives. The same for CSV and for a sheet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from services.exporter.evidence import Evidence
from services.exporter.rows import Cell, ExportDocument, Extra, Layout, Path, as_cell, as_json, leaves_of, split_items
from services.exporter.survey import ColumnOrder, Survey, TypeSeen

ROW = "row"
MORE = "more_fields"


class DocumentsChangedError(RuntimeError):
    """The documents were not the same in both passes. Writing the export again helps."""

    def __init__(self, document_id: UUID) -> None:
        super().__init__(f"document {document_id} changed while it was exported")


class Row(NamedTuple):
    """What one row shows: the leaves of document and item, the item's number from 0, the evidence of the document."""

    document: ExportDocument
    leaves: Mapping[Path, Any]
    item: int | None
    evidence: Evidence


Column = Callable[[Row], Cell]


@dataclass(frozen=True)
class Table:
    """Headers, all different, and a row of as many cells for each document or array item.

    `known` are the leaves that have a column; None where the column of the rest takes what has none.
    """

    columns: dict[str, Column]
    row_paths: dict[str, Path | None]
    known: frozenset[Path] | None

    @property
    def headers(self) -> list[str]:
        return list(self.columns)

    def rows(self, document: ExportDocument) -> Iterator[list[Cell]]:
        """One row, or one an item of the array at this type's row path. Every document has at least one row.

        Raises DocumentsChangedError for data that the first pass did not see, rather than leaving it out.
        """
        leaves = leaves_of(document.data)
        path = self.row_paths.get(document.document_type or "")
        evidence = Evidence(document.fields, path)
        own, items = split_items(leaves, path) if path else (leaves, [])
        for number, item in enumerate(items) if items else [(None, {})]:
            row = Row(document, own | item, number, evidence)
            if self.known is not None and not self.known.issuperset(row.leaves):
                raise DocumentsChangedError(document.document_id)
            yield [column(row) for column in self.columns.values()]


def table_of(survey: Survey, types: Iterable[str], *, layout: Layout, extras: Iterable[Extra]) -> Table:
    """The table that shows all documents of `types`: about the document first, then its data, then errors."""
    row_paths = {name: survey.types[name].row_path if layout == "multi_row" else None for name in types}
    own, items = ColumnOrder(), ColumnOrder()
    for name, path in row_paths.items():
        _add_columns(survey.types[name], path, own, items)
    columns = _about_the_document(survey, frozenset(extras))
    tail: dict[str, Column] = {"error": lambda row: error_text(row.document)}
    if "review" in extras:
        tail = {"warnings": _warnings} | tail
    taken = {*columns, *tail, ROW, MORE}
    columns |= {_header(path, taken): _leaf(path) for path in own.paths}
    if layout == "multi_row":
        columns[ROW] = lambda row: None if row.item is None else row.item + 1
        columns |= {_header(path, taken): _leaf(path) for path in items.paths}
    known = frozenset([*own.paths, *items.paths])
    if overflowed := own.overflowed or items.overflowed:
        columns[MORE] = _more(known)
    return Table(columns | tail, row_paths, None if overflowed else known)


def error_text(document: ExportDocument) -> str | None:
    return f"{document.error.category}: {document.error.message}" if document.error else None


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


def _about_the_document(survey: Survey, extras: frozenset[Extra]) -> dict[str, Column]:
    columns: dict[str, Column] = {"file": lambda row: row.document.file_name}
    if len(survey.batches) > 1:
        columns["batch"] = lambda row: row.document.batch_name
    if survey.has_custom_ids:
        columns["custom_id"] = lambda row: row.document.custom_id
    columns["document_type"] = lambda row: row.document.document_type
    columns["status"] = lambda row: row.document.status
    if "pages" in extras:
        columns["page"] = lambda row: row.evidence.of_row(row.item).pages
    if "confidence" in extras:
        columns["confidence"] = lambda row: row.evidence.of_row(row.item).confidence
    if "review" in extras:
        columns["needs_review"] = lambda row: row.document.needs_review
        columns["reviewed_by"] = lambda row: row.document.reviewed_by
        columns["reviewed_at"] = lambda row: row.document.reviewed_at
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


def _leaf(path: Path) -> Column:
    return lambda row: as_cell(row.leaves.get(path))


def _more(known: frozenset[Path]) -> Column:
    """The values that have no column of their own, as JSON text: wider than a sheet, but not lost."""

    def more(row: Row) -> Cell:
        rest = {".".join(path): value for path, value in row.leaves.items() if path not in known}
        return as_json(rest) if rest else None

    return more


def _warnings(row: Row) -> Cell:
    return "; ".join(f"{warning.code}: {warning.message}" for warning in row.document.warnings) or None
