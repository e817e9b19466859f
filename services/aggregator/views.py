"""What the API shows of batches and documents."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.aggregator.eta import Prospect
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
    """A batch and how far it is. Counts show each document in its latest generation; `processed` are those that ended.

    `queue_position` is 1 for the one of your batches that will be done first. `estimated_seconds_left` is null while
    nothing is known of your pace. `error` says why a batch failed as a whole.
    """

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
    processed: int
    completed: int
    failed: int
    cancelled: int
    in_progress: int
    queued: int
    needs_review: int
    pages: int
    pages_done: int
    error_rate_percentage: float
    permanent_failures: int
    max_retries: int
    top_error_types: list[ErrorType]
    error_messages: list[str]
    latest_error_at: datetime | None
    error: str | None
    queue_position: int | None
    estimated_seconds_left: int | None
    processing_hours: float | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime


class Step(BaseModel):
    """One entry of a document's timeline: the stage it ended, how many attempts that took, how long the last waited and ran."""

    what: str
    stage: Stage | None
    generation: int
    attempt: int | None
    waited_seconds: float | None
    worked_seconds: float | None
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
    """`total` is how many match, counted up to 1,000.

    `search_cut`: more match `q` than a search gives. What is listed is of the newest 500; narrow `q` or the dates for others.
    """

    items: list[Batch]
    next_cursor: str | None
    total: int
    search_cut: bool


class DocumentPage(BaseModel):
    """`total` is how many match, counted up to 1,000. `search_cut` as in the list of batches, of the newest 1,000."""

    items: list[Document]
    next_cursor: str | None
    total: int
    search_cut: bool


class NextDocument(BaseModel):
    """The document behind another one in a list, null at the end; `total` is how many others match, counted up to 1,000.

    `search_cut` as in the list of documents.
    """

    next: Document | None
    total: int
    search_cut: bool


def batch_view(row: Any, errors: Sequence[Any], *, max_retries: int, prospect: Prospect | None) -> Batch:
    """Show a row of `batches`; `errors` are its failures by category, the most frequent first."""
    total = row.queued + row.in_progress + row.completed + row.failed + row.cancelled
    completed_at = row.completed_at if row.queued + row.in_progress == 0 else None
    return Batch(
        **dict(row._mapping)  # noqa: SLF001  # its public name
        | {
            "id": row.batch_id,
            "total_documents": total,
            "error_rate_percentage": round(100 * row.failed / total, 2) if total else 0.0,
            "processed": row.completed + row.failed + row.cancelled,
            "permanent_failures": row.failed,
            "max_retries": max_retries,
            "top_error_types": [{"category": error.category, "count": error.count} for error in errors[:_MOST]],
            "error_messages": [error.message for error in errors[:_MOST]],
            "latest_error_at": max((error.latest_at for error in errors), default=None),
            "error": _error_of(row, errors),
            "queue_position": prospect.position if prospect else None,
            "estimated_seconds_left": prospect.seconds_left if prospect else None,
            "processing_hours": _hours(row.started_at, completed_at),
            "completed_at": completed_at,
        }
    )


def document_view(row: Any) -> Document:
    return Document(**_shown(row))


def document_with_timeline(row: Any, steps: Sequence[Any]) -> DocumentWithTimeline:
    return DocumentWithTimeline(**_shown(row), timeline=[_step(step) for step in steps])


def _step(row: Any) -> Step:
    last = row.took[-1] if row.took else {}
    shown = {name: getattr(row, name) for name in ("what", "stage", "generation", "error", "at")}
    times = {"waited_seconds": last.get("waited"), "worked_seconds": last.get("worked")}
    return Step(**shown, **times, attempt=row.attempt or last.get("attempts"))


def _shown(row: Any) -> dict[str, Any]:
    stage = row.error["stage"] if row.error else REACHED[row.reached]
    return dict(row._mapping) | {"id": row.document_id, "file_name": row.file_name or "", "stage": stage}  # noqa: SLF001  # its public name


def _error_of(row: Any, errors: Sequence[Any]) -> str | None:
    """Why nothing of the batch could be read."""
    if row.status != BatchStatus.FAILED or not errors:
        return None
    return f"None of the {row.failed} documents could be read. {errors[0].message}"


def _hours(started_at: datetime | None, completed_at: datetime | None) -> float | None:
    """While it runs, in steps of half a minute: so an answer stays the same for a while."""
    if started_at is None:
        return None
    if completed_at is None:
        return round((datetime.now(UTC) - started_at).total_seconds() / 3600, 2)
    return round((completed_at - started_at).total_seconds() / 3600, 4)
