"""Documents for the tests of exports, and readers that give back what a file holds."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

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
