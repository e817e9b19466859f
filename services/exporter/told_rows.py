"""What events tell, as rows of the exporter's tables."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from shared.cloudevent import Event
from shared.events import (
    BatchCompleted,
    BatchCreated,
    BatchRetried,
    BatchUpdated,
    DocumentCancelled,
    DocumentCancelRequested,
    DocumentDeleted,
    DocumentExtracted,
    DocumentFailed,
    DocumentReviewed,
)
from shared.vocabulary import DocumentStatus

Row = dict[str, Any]
Ended = DocumentExtracted | DocumentReviewed | DocumentFailed | DocumentCancelled

LAST = 2**31 - 1
NOT_LISTED_YET = LAST  # the position of a document whose batch was not heard of
DELETED = "deleted"
_OF_A_READ_ONE = (
    *("file_name", "custom_id", "document_type", "provider", "model", "result", "result_key"),
    *("reviewed_by", "reviewed_at"),
)


def created_batch(event: BatchCreated) -> Row:
    return _batch(event) | {
        "name": event.name,
        "created_by": event.created_by,
        "wish": event.export.model_dump() if event.export else None,
        "opened": [event.generation],
    }


def retried_batch(event: BatchRetried) -> Row:
    return _batch(event) | {"opened": [event.generation]}


def completed_batch(event: BatchCompleted) -> Row:
    ended = event.completed + event.failed + event.cancelled + event.deleted
    return _batch(event) | {"completed_generation": event.generation, "ended": ended}


def updated_batch(event: BatchUpdated) -> Row:
    return _batch(event) | {"name": event.name, "revision": event.revision}


def listed_documents(event: BatchCreated) -> Iterator[Row]:
    """One row a file, refused ones too: those get a document.failed of their own."""
    for file in event.files:
        listed = file.model_dump(include={"position", "file_name", "custom_id", "pages"})
        yield _document(event, file.document_id) | listed | {"awaited": event.generation}


def retried_documents(event: BatchRetried) -> Iterator[Row]:
    for document_id in event.documents:
        yield _document(event, document_id) | {"awaited": event.generation}


def ended_document(event: Ended) -> Row:
    """The row of an ended document, in the version told; of two ends in one generation, which must not be, the higher rank is believed."""
    row = _document(event, event.document_id) | {
        "generation": event.generation,
        "rank": 1,
        "version": 0,
        "status": DocumentStatus.CANCELLED,
        "finished_at": event.time,
        "needs_review": False,
        "pages": 0,
        "error": None,
    }
    row |= dict.fromkeys(_OF_A_READ_ONE)
    match event:
        case DocumentFailed():
            error = event.error.model_dump(mode="json")
            return row | {"rank": 2, "status": DocumentStatus.FAILED, "file_name": event.file_name, "error": error}
        case DocumentExtracted() | DocumentReviewed():
            told = ("file_name", "custom_id", "document_type", "provider", "model", "result_key")
            return row | {
                "rank": 3,
                "status": DocumentStatus.COMPLETED,
                "version": event.version,
                "pages": event.pages,
                "needs_review": event.needs_review,
                "result": event.result.model_dump_json() if event.result else None,
                **{name: getattr(event, name) for name in told},
                **_review(event),
            }
    return row


def _review(event: DocumentExtracted | DocumentReviewed) -> Row:
    return {"reviewed_by": event.reviewed_by, "reviewed_at": event.time} if isinstance(event, DocumentReviewed) else {}


def deleted_document(event: DocumentCancelRequested | DocumentDeleted) -> Row:
    """Nothing is kept of it but that it is no more, so that nobody waits for it."""
    return (
        _document(event, event.document_id)
        | dict.fromkeys(_OF_A_READ_ONE)
        | {
            "status": DELETED,
            "generation": LAST,
            "rank": 0,
            "version": 0,
            "needs_review": False,
            "error": None,
            "finished_at": event.time,
        }
    )


def _batch(event: Event) -> Row:
    return {"tenant_id": event.tenant_id, "batch_id": event.batch_id}


def _document(event: Event, document_id: UUID) -> Row:
    return _batch(event) | {"document_id": document_id, "position": NOT_LISTED_YET}
