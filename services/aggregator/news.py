"""What an event says about one document, in the terms of the projection."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.cloudevent import DocumentEvent, Event, Took
from shared.errors import Stage
from shared.events import (
    BatchCreated,
    BatchRetried,
    DocumentCancelled,
    DocumentClassified,
    DocumentExtracted,
    DocumentFailed,
    DocumentReviewed,
    DocumentUploaded,
)
from shared.results import JsonObject, Usage
from shared.vocabulary import DocumentStatus

REACHED = (Stage.INTAKE, Stage.CLASSIFY, Stage.EXTRACT)


@dataclass(frozen=True)
class News:
    """One document in one generation, as one event tells of it.

    `rank` orders what can be said in a generation: the higher wins, so no order of events is needed. `reached` is an index
    of REACHED. `facts` hold what ingest knew from the start: they are the same in every event that has them.
    `event_id` and `what` are None where the event is about the batch and so no entry of the document's timeline.
    """

    tenant_id: UUID
    batch_id: UUID
    document_id: UUID
    generation: int
    at: datetime
    rank: int
    status: DocumentStatus
    event_id: UUID | None = None
    what: str | None = None
    stage: Stage | None = None
    reached: int = 0
    version: int = 0
    document_type: str | None = None
    took: tuple[Took, ...] = ()
    usage: Usage | None = None
    needs_review: bool = False
    warnings_count: int = 0
    error: JsonObject | None = None
    pages: int = 0
    facts: JsonObject = field(default_factory=dict)

    @property
    def retries(self) -> int:
        """How often the stage that tells of it had to try again."""
        attempts = [took.attempts for took in self.took] + ([self.error["attempts"]] if self.error else [])
        return max(attempts, default=1) - 1

    @property
    def key(self) -> tuple[UUID, UUID]:
        return self.tenant_id, self.document_id


def news_of(event: Event) -> Iterator[News]:
    """All that an event says about documents; nothing for events about something else."""
    match event:
        case BatchCreated():
            for file in event.files:
                facts = file.model_dump(include={"position", "file_name", "custom_id", "media_type", "size"})
                yield _news(event, file.document_id, 0, DocumentStatus.UPLOADED, pages=file.pages, facts=facts)
        case BatchRetried():
            for document_id in event.documents:
                yield _news(event, document_id, 0, DocumentStatus.UPLOADED)
        case DocumentUploaded():
            facts = event.model_dump(include={"file_name", "custom_id", "media_type", "size"})
            yield _of_document(
                event, 1, DocumentStatus.UPLOADED, stage=Stage.INTAKE, reached=1, pages=event.pages, facts=facts
            )
        case DocumentClassified():
            yield _of_document(
                event,
                2,
                DocumentStatus.PROCESSING,
                stage=Stage.CLASSIFY,
                reached=2,
                pages=event.pages,
                document_type=event.document_type,
                needs_review=event.needs_review,
                facts=event.model_dump(include={"file_name", "custom_id", "media_type"}),
            )
        case DocumentCancelled():
            yield _of_document(event, 3, DocumentStatus.CANCELLED)
        case DocumentFailed():
            error = event.error.model_dump(mode="json")
            facts = event.model_dump(include={"file_name"})
            yield _of_document(
                event,
                4,
                DocumentStatus.FAILED,
                stage=event.error.stage,
                document_type=event.document_type,
                error=error,
                facts=facts,
            )
        case DocumentExtracted() | DocumentReviewed():
            yield _read(event)


def _read(event: DocumentExtracted | DocumentReviewed) -> News:
    return _of_document(
        event,
        5,
        DocumentStatus.COMPLETED,
        stage=Stage.EXTRACT,
        reached=2,
        version=event.version,
        pages=event.pages,
        document_type=event.document_type,
        usage=event.usage if isinstance(event, DocumentExtracted) else None,
        needs_review=event.needs_review,
        warnings_count=len(event.result.warnings) if event.result else 0,
        facts=event.model_dump(include={"file_name", "custom_id"}),
    )


def _of_document(
    event: DocumentEvent,
    rank: int,
    status: DocumentStatus,
    **said: Any,
) -> News:
    what = event.type.removeprefix("document.")
    return _news(event, event.document_id, rank, status, event_id=event.id, what=what, took=event.took, **said)


def _news(event: Event, document_id: UUID, rank: int, status: DocumentStatus, **said: Any) -> News:
    return News(
        tenant_id=event.tenant_id,
        batch_id=event.batch_id,
        document_id=document_id,
        generation=event.generation,
        at=event.time,
        rank=rank,
        status=status,
        **said,
    )
