"""Writes one export file: JSON, CSV or Excel, from documents read twice and never held."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.exporter.csv_rows import PLAIN, CsvOptions, write_csv
from services.exporter.json_document import write_json
from services.exporter.rows import ExportDocument, Extra, Format, Layout
from services.exporter.survey import Survey
from services.exporter.table import table_of

MOST_ROWS = 1_048_576  # of a sheet

Documents = Callable[[], Iterable[ExportDocument]]


@dataclass(frozen=True)
class ExportSummary:
    """How many rows and documents the file holds. `notes` say, for people, what a spreadsheet could not hold."""

    rows: int
    documents: int
    notes: tuple[str, ...] = ()


def write_export(
    documents: Documents,
    *,
    format: Format,  # noqa: A002 - the word of the API
    layout: Layout,
    path: str | None = None,
    target: Path,
    extras: Collection[Extra] = (),
    csv: CsvOptions = PLAIN,
    sheet_rows: int = MOST_ROWS,
    on_document: Callable[[int], None] | None = None,
) -> ExportSummary:
    """Write all documents to `target`, in their order; failed ones too, with their error.

    `documents` is called once or twice and must give the same documents each time. `path` names the array that gives
    the rows of the multi_row layout (`line_items`, `order.items`); without it, a type's array with the most items does.
    `extras` adds columns; `csv` concerns CSV only. `on_document` hears how many documents are written;
    what it raises ends the export. Temporary files are made beside `target`.
    """
    counted = _Counted(documents, on_document)
    if format == "json":
        survey = Survey(documents(), layout=layout, path=path) if layout == "multi_row" else None
        rows = write_json(counted, survey=survey, with_fields=bool({"pages", "confidence"} & {*extras}), target=target)
        return ExportSummary(rows, counted.documents)
    survey = Survey(documents(), layout=layout, path=path)
    if format == "csv":
        table = table_of(survey, survey.types, layout=layout, extras=extras)
        rows = write_csv(counted, table=table, target=target, options=csv)
        return ExportSummary(rows, counted.documents)
    from services.exporter.workbook import write_workbook  # noqa: PLC0415  # openpyxl takes 20 MB, and not all want Excel

    rows, notes = write_workbook(
        counted, survey=survey, layout=layout, extras=extras, target=target, sheet_rows=sheet_rows
    )
    return ExportSummary(rows, counted.documents, notes)


class _Counted:
    """The documents once more, counted as they are written."""

    def __init__(self, documents: Documents, on_document: Callable[[int], None] | None) -> None:
        self.documents = 0
        self._documents = documents
        self._on_document = on_document

    def __iter__(self) -> Iterator[ExportDocument]:
        for document in self._documents():
            yield document
            self.documents += 1
            if self._on_document:
                self._on_document(self.documents)
