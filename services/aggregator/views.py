"""What the API shows of batches and documents."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.aggregator.news import REACHED
from shared.errors import DocumentError, Stage
from shared.results import JsonObject
from shared.vocabulary import BatchStatus, DocumentStatus, Priority, Strategy

_MOST = 5


class ErrorType(BaseModel):
    """How many documents of a batch failed for this reason."""

    category: str
    count: int


class Batch(BaseModel):
    """A batch and how far it is. Counts show each document in its latest generation."""

    id: UUID
    name: str
    description: str
    status: BatchStatus
    strategy: Strategy
    priority: Priority
    created_by: str
    metadata: JsonObject
    generation: int
    total_files: int
    total_documents: int
    completed: int
    failed: int
    cancelled: int
    in_progress: int
    queued: int
    needs_review: int
    pages: int
    pages_done: int
    error_rate_percentage: float
    max_retries: int
    top_error_types: list[ErrorType]
    error_messages: list[str]
    latest_error_at: datetime | None
    processing_hours: float | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime


class Step(BaseModel):
    """One entry of a document's timeline."""

    what: str
    stage: Stage | None
    generation: int
    attempt: int | None
    error: DocumentError | None
    at: datetime


class Document(BaseModel):
    """A document and where it stands. `stage` is where it is worked on, or where it failed."""

    id: UUID
    batch_id: UUID
    generation: int
    file_name: str
    custom_id: str | None
    status: DocumentStatus
    stage: Stage
    document_type: str | None
    needs_review: bool
    warnings_count: int
    pages: int
    size: int | None
    media_type: str | None
    error: DocumentError | None
    updated_at: datetime
    finished_at: datetime | None


class DocumentWithTimeline(Document):
    timeline: list[Step]


class BatchPage(BaseModel):
    """`total` is how many match, counted up to 1,000."""

    items: list[Batch]
    next_cursor: str | None
    total: int


class DocumentPage(BaseModel):
    """`total` is how many match, counted up to 1,000."""

    items: list[Document]
    next_cursor: str | None
    total: int


def batch_view(row: Any, errors: Sequence[Any]) -> Batch:
    """Show a row of `batches`; `errors` are its failures by category, the most frequent first."""
    total = row.queued + row.in_progress + row.completed + row.failed + row.cancelled
    completed_at = row.completed_at if row.queued + row.in_progress == 0 else None
    shown = {name: getattr(row, name) for name in Batch.model_fields.keys() & row._mapping.keys()}  # noqa: SLF001  # its public name
    return Batch(
        **shown
        | {
            "id": row.batch_id,
            "total_documents": total,
            "error_rate_percentage": round(100 * row.failed / total, 2) if total else 0.0,
            "max_retries": max((error.attempts for error in errors), default=1) - 1,
            "top_error_types": [{"category": error.category, "count": error.count} for error in errors[:_MOST]],
            "error_messages": [error.message for error in errors[:_MOST]],
            "latest_error_at": max((error.latest_at for error in errors), default=None),
            "processing_hours": _hours(row.started_at, completed_at),
            "completed_at": completed_at,
        }
    )


def document_view(row: Any) -> Document:
    return Document(**_shown(row))


def document_with_timeline(row: Any, steps: Sequence[Any]) -> DocumentWithTimeline:
    return DocumentWithTimeline(
        **_shown(row), timeline=[Step.model_validate(step, from_attributes=True) for step in steps]
    )


def _shown(row: Any) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in Document.model_fields.keys() & row._mapping.keys()}  # noqa: SLF001  # its public name
    stage = row.error["stage"] if row.error else REACHED[row.reached]
    return shown | {"id": row.document_id, "file_name": row.file_name or "", "stage": stage}


def _hours(started_at: datetime | None, completed_at: datetime | None) -> float | None:
    if started_at is None:
        return None
    return round(((completed_at or datetime.now(UTC)) - started_at).total_seconds() / 3600, 4)
