"""Exports as Excel: one sheet a document type, written in constant memory.

openpyxl makes the workbook around the sheets: styles, filters, frozen headers. The rows, which it would write at two
thousand a second, are put into its empty sheets as XML.
"""

import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from services.exporter.package import write_package
from services.exporter.progress import Progress
from services.exporter.rows import Cell, ExportDocument, Extra, Layout
from services.exporter.sheet_rows import SheetRows, Sheets
from services.exporter.stored import Document
from services.exporter.survey import Survey
from services.exporter.table import DocumentsChangedError, Table, table_of

MOST_TYPES = 50  # each type keeps a file open; what is beyond shares one sheet
OVERVIEW = ("file", "document_type", "status", "needs_review", "pages", "rows", "finished_at", "error", "advice")


@dataclass(frozen=True)
class TypeSheet:
    """The sheet of one document type, or of several."""

    table: Table
    rows: SheetRows

    def add(self, document: Document) -> int:
        """Append the document's rows; returns how many they are."""
        written = 0
        for row in self.table.rows(document):
            self.rows.append(row, file=document.file_name)
            written += 1
        return written


def write_workbook(
    documents: Iterable[Document],
    *,
    survey: Survey,
    layout: Layout,
    extras: Collection[Extra],
    target: Path,
    sheet_rows: int,
    progress: Progress,
) -> tuple[int, tuple[str, ...]]:
    """Write the workbook; returns the rows in the sheets of types, and notes about what is not as asked for or did not fit into a cell.

    A sheet `Documents` comes first where there are several types or not all completed; `Notes` last, where needed.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, Sheets(Path(folder), sheet_rows) as sheets:
        for note in survey.notes:
            sheets.notes.add(sheet="", cell="", file="", note=note)
        several = len(survey.types) != 1 or not survey.all_completed
        overview = sheets.begin("Documents", OVERVIEW) if several else None
        types = _type_sheets(survey, layout, extras, sheets)
        written = 0
        for document in documents:
            rows = _sheet_of(document, types).add(document)
            written += rows
            if overview:
                overview.append(_overview_row(document.full, rows), file=document.file_name)
        if sheets.notes.count:
            _add_notes(sheets)
        write_package(sheets, target=target, progress=progress)
        return written, sheets.notes.texts()


def _type_sheets(survey: Survey, layout: Layout, extras: Collection[Extra], sheets: Sheets) -> dict[str, TypeSheet]:
    """A sheet for each type in the order seen; the types beyond the limit share the last one."""
    names = list(survey.types)
    groups = [[name] for name in names[:MOST_TYPES]] + ([names[MOST_TYPES:]] if len(names) > MOST_TYPES else [])
    found: dict[str, TypeSheet] = {}
    for group in groups:
        table = table_of(survey, group, layout=layout, extras=extras)
        sheet = TypeSheet(table, sheets.begin(_title(group), table.headers))
        found |= dict.fromkeys(group, sheet)
    return found


def _sheet_of(document: Document, types: dict[str, TypeSheet]) -> TypeSheet:
    try:
        return types[document.document_type or ""]
    except KeyError:
        raise DocumentsChangedError(document.full.document_id) from None


def _title(types: list[str]) -> str:
    """`purchase_order` reads `Purchase order`."""
    if len(types) > 1:
        return "Other types"
    name = types[0].replace("_", " ")
    return name[:1].upper() + name[1:] or "Without a type"


def _overview_row(document: ExportDocument, rows: int) -> list[Cell]:
    return [
        document.file_name,
        document.document_type,
        document.status,
        document.needs_review,
        document.pages,
        rows,
        document.finished_at,
        document.error_text,
        document.error.advice if document.error else None,
    ]


def _add_notes(sheets: Sheets) -> None:
    entries = sheets.notes.rows()
    sheet = sheets.begin("Notes", ("sheet", "cell", "file", "note"))
    for entry in entries:
        sheet.append(entry, file="")
