"""What the API shows of exports."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.exporter.csv_rows import CsvOptions
from services.exporter.progress import Phase
from services.exporter.rows import Extra, Format, Layout
from shared.errors import Category, DocumentError, Stage

Status = Literal["queued", "running", "ready", "failed", "cancelled", "expired"]


class Export(BaseModel):
    """An export and its file, once there is one. `documents` of `total_documents` had ended when it was begun.

    While it is made, `phase` says what is done; `read` and `written` count the documents that were read, and that are in it.
    """

    id: UUID
    status: Status
    batch_id: UUID | None
    batch_ids: list[UUID] | None
    document_ids: list[UUID] | None
    format: Format
    layout: Layout
    path: str | None
    include: list[Extra]
    csv: CsvOptions
    when: Literal["completed", "now"]
    phase: Phase | None
    read: int
    written: int
    file_name: str | None
    size: int | None
    rows: int | None
    documents: int | None
    total_documents: int | None
    notes: list[str] | None
    error: DocumentError | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime


class ExportPage(BaseModel):
    items: list[Export]
    next_cursor: str | None


def export_view(row: Any) -> Export:
    """Show an export with its file and its job."""
    status = status_of(row)
    phase = row.phase if status == "running" else None
    about = {"id": row.export_id, "status": status, "phase": phase, "error": _error(row)}
    return Export.model_validate(dict(row._mapping) | about)  # noqa: SLF001  # public


def status_of(row: Any) -> Status:
    if row.object_key:
        return "ready" if row.expires_at > datetime.now(UTC) else "expired"
    if row.state == "f":
        return "failed"
    if row.cancelled_at:
        return "cancelled"
    return "running" if row.state == "r" else "queued"


def _error(row: Any) -> DocumentError | None:
    """The queue itself writes a plain word where a worker was lost."""
    if row.state != "f":
        return None
    if isinstance(row.error, dict):
        return DocumentError.model_validate(row.error)
    category = Category.TIMED_OUT if row.error == "deadline" else Category.WORKER_LOST
    return DocumentError.of(category, Stage.EXPORT, "The export could not be finished.")
