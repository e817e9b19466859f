"""Writes one export file: JSON, CSV or Excel, from documents read twice and never held."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from services.exporter.csv_rows import PLAIN, CsvOptions, write_csv
from services.exporter.json_document import write_json
from services.exporter.progress import Progress
from services.exporter.rows import Extra, Format, Layout
from services.exporter.stored import Document
from services.exporter.survey import Survey
from services.exporter.table import table_of

MOST_ROWS = 1_048_576  # of a sheet

Documents = Callable[[], Iterable[Document]]


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
    progress: Progress | None = None,
) -> ExportSummary:
    """Write all documents to `target`, in their order; failed ones too, with their error.

    `documents` is called once or twice and must give the same documents each time. `path` names the array that gives
    the rows of the multi_row layout (`line_items`, `order.items`); without it, a type's array with the most items does.
    `extras` adds columns; `csv` concerns CSV only. Raises StoppedError when `progress` is stopped.
    Temporary files are made beside `target`.
    """
    progress = progress or Progress()
    surveyed = format != "json" or layout == "multi_row"
    survey = Survey(progress.surveying(documents()) if surveyed else (), layout=layout, path=path)
    written = progress.writing(documents())
    if format == "json":
        rows = write_json(
            written,
            survey=survey if surveyed else None,
            with_fields=bool({"pages", "confidence"} & {*extras}),
            target=target,
        )
        return ExportSummary(rows, progress.written, survey.notes)
    if format == "csv":
        table = table_of(survey, survey.types, layout=layout, extras=extras)
        rows = write_csv(written, table=table, target=target, options=csv)
        return ExportSummary(rows, progress.written, survey.notes)
    from services.exporter.workbook import write_workbook  # noqa: PLC0415  # openpyxl takes 20 MB, and not all want Excel

    rows, notes = write_workbook(
        written, survey=survey, layout=layout, extras=extras, target=target, sheet_rows=sheet_rows, progress=progress
    )
    return ExportSummary(rows, progress.written, notes)
