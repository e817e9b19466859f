"""Documents for the tests of exports, and readers that give back what a file holds."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from python_calamine import CalamineWorkbook

from services.exporter.export_file import ExportSummary, write_export
from services.exporter.formulas import runs_as_formula
from services.exporter.rows import ExportDocument
from shared.errors import Category, DocumentError, Stage

BATCH = UUID(int=1)


def completed(
    data: dict[str, Any], *, file_name: str = "a.pdf", document_type: str | None = "invoice", **more: Any
) -> ExportDocument:
    about = {"document_id": UUID(int=2), "batch_id": BATCH, "batch_name": "March", "pages": 1}
    return ExportDocument(
        **(about | {"file_name": file_name, "document_type": document_type, "status": "completed", "data": data} | more)
    )


def failed(*, file_name: str = "broken.pdf", document_type: str | None = None) -> ExportDocument:
    error = DocumentError.of(Category.UNREADABLE, Stage.INTAKE, "The file ends in the middle.")
    return completed({}, file_name=file_name, document_type=document_type, status="failed", error=error)


def read_csv(target: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with target.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def column(rows: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


def stored(cell: str) -> str:
    return cell[1:] if runs_as_formula(cell) else cell


def exported_json(documents: list[ExportDocument], target: Path, layout: Any = "normal", **options: Any) -> Any:
    write_export(lambda: documents, format="json", layout=layout, target=target / "out.json", **options)
    return json.loads((target / "out.json").read_text(encoding="utf-8"))


def exported_workbook(
    documents: list[ExportDocument], target: Path, layout: Any = "normal", **options: Any
) -> ExportSummary:
    return write_export(lambda: documents, format="xlsx", layout=layout, target=target / "out.xlsx", **options)


def sheet(target: Path, name: str = "Invoice") -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(target / "out.xlsx")).get_sheet_by_name(name).to_python()


def cells(target: Path, header: str, name: str = "Invoice") -> list[Any]:
    headers, *rows = sheet(target, name)
    return [row[headers.index(header)] for row in rows]
