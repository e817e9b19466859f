"""The contracts: every event of the chain, as CloudEvents 1.0 in structured JSON.

Facts in the past tense. Reading tolerates unknown fields; writing only ever adds (a snapshot test guards the schemas).
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field

from shared.errors import Category, DocumentError
from shared.results import JsonObject, Result, Rows, Usage

NAMESPACE = UUID("6a0f6f0a-1b8e-5c0c-9d5e-0d1b1f0a9c11")
CONTENT_TYPE = "application/cloudevents+json"


class Strategy(StrEnum):
    """Where a document's prompt comes from."""

    GLOBAL = "global"
    PER_DOCUMENT = "per_document"
    AUTO = "auto"


class Priority(StrEnum):
    """A weight in the queue (16, 4, 1), never a strict lane."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def lane(self) -> int:
        return (Priority.HIGH, Priority.NORMAL, Priority.LOW).index(self) + 1


class BatchStatus(StrEnum):
    PENDING_UPLOAD = "pending_upload"
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class DocumentStatus(StrEnum):
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        return self in {DocumentStatus.COMPLETED, DocumentStatus.FAILED, DocumentStatus.CANCELLED}


class Event(BaseModel):
    """A fact about a batch. The id follows from what happened, so the same fact told twice has the same id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    source: ClassVar[str]

    tenant_id: UUID = Field(exclude=True)
    batch_id: UUID = Field(exclude=True)
    generation: int = Field(default=1, exclude=True)
    time: datetime = Field(default_factory=lambda: datetime.now(UTC), exclude=True)
    causation_id: UUID | None = Field(default=None, exclude=True)
    traceparent: str | None = Field(default=None, exclude=True)

    @property
    def subject(self) -> UUID:
        return self.batch_id

    @property
    def discriminator(self) -> str:
        """What tells two events of one type, subject and generation apart: a version, a level, a period."""
        return ""

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, f"{self.type}|{self.subject}|{self.generation}|{self.discriminator}")

    def to_bytes(self) -> bytes:
        """Encode as a structured-mode CloudEvent."""
        envelope: JsonObject = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": f"/ingestio/{self.source}",
            "type": self.type,
            "subject": str(self.subject),
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "dataschema": f"urn:ingestio:schema:{self.type}:1",
            "tenantid": str(self.tenant_id),
            "batchid": str(self.batch_id),
            "generation": self.generation,
            "data": self.model_dump(mode="json"),
        }
        if self.causation_id:
            envelope["causationid"] = str(self.causation_id)
        if self.traceparent:
            envelope["traceparent"] = self.traceparent
        return orjson.dumps(envelope)

    @classmethod
    def caused_by(cls, cause: "Event", **data: Any) -> Self:
        """A new fact about the same batch and generation, which follows from `cause`."""
        envelope = {
            "tenant_id": cause.tenant_id,
            "batch_id": cause.batch_id,
            "generation": cause.generation,
            "causation_id": cause.id,
            "traceparent": cause.traceparent,
        }
        return cls(**(envelope | data))


class DocumentEvent(Event):
    """A fact about one document of a batch in one generation: a *pair*."""

    document_id: UUID

    @property
    def subject(self) -> UUID:
        return self.document_id


class BatchFile(BaseModel):
    """One file of a batch as it was handed in, refused ones too."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    document_id: UUID
    position: int
    file_name: str
    size: int
    media_type: str | None = None
    pages: int = 0
    custom_id: str | None = None
    refused: Category | None = None


class ExportWish(BaseModel):
    """The export a batch asks for at its creation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal["json", "csv", "xlsx"] = "xlsx"
    layout: Literal["normal", "multi_row"] = "normal"


class BatchCreated(Event):
    """A batch was accepted: opens generation 1 and lists its pairs."""

    type: ClassVar = "batch.created"
    source: ClassVar = "ingest"

    name: str
    description: str = ""
    strategy: Strategy
    priority: Priority = Priority.NORMAL
    created_by: str
    files: tuple[BatchFile, ...]
    metadata: JsonObject = Field(default_factory=dict)
    export: ExportWish | None = None


class DocumentUploaded(DocumentEvent):
    """A file was checked, counted and stored. `text_key` holds its text layer in the page format."""

    type: ClassVar = "document.uploaded"
    source: ClassVar = "ingest"

    file_name: str
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    size: int
    sha256: str
    pages: int
    object_key: str
    text_key: str
    strategy: Strategy
    priority: Priority = Priority.NORMAL
    prompt: str | None = None
    json_schema: JsonObject | None = None
    custom_id: str | None = None
    reask: bool = False


class DocumentClassified(DocumentEvent):
    """A document's type is known and all its pages have words, under `pages_key`."""

    type: ClassVar = "document.classified"
    source: ClassVar = "classifier"

    file_name: str
    media_type: str
    sha256: str
    pages: int
    object_key: str
    pages_key: str
    document_type: str
    type_confidence: float
    type_reason: str
    needs_review: bool = False
    priority: Priority = Priority.NORMAL
    prompt: str
    prompt_source: Literal["global", "per_document", "type"]
    json_schema: JsonObject
    schema_source: Literal["batch", "type"]
    custom_id: str | None = None


class DocumentExtracted(DocumentEvent):
    """Terminal: the document was read. A result over 256 KB is left out here and found under `result_key`."""

    type: ClassVar = "document.extracted"
    source: ClassVar = "extractor"

    file_name: str
    document_type: str
    pages: int
    version: int = 1
    needs_review: bool = False
    result: Result | None = None
    result_key: str | None = None
    rows: Rows = Rows()
    usage: Usage = Usage()
    provider: str
    model: str
    custom_id: str | None = None

    @property
    def discriminator(self) -> str:
        return str(self.version)


class DocumentFailed(DocumentEvent):
    """Terminal: the document could not be read, or was refused at intake."""

    type: ClassVar = "document.failed"

    source: ClassVar = "pipeline"

    file_name: str
    error: DocumentError


class DocumentCancelled(DocumentEvent):
    """Terminal: the document was stopped before it was read."""

    type: ClassVar = "document.cancelled"
    source: ClassVar = "pipeline"

    reason: str


class BatchRetried(Event):
    """Some documents of a batch are read again: opens this generation and lists its pairs."""

    type: ClassVar = "batch.retried"
    source: ClassVar = "ingest"

    documents: tuple[UUID, ...]
    requested_by: str


class BatchCancelRequested(Event):
    """A batch is to stop: what has not started up to this generation ends as cancelled."""

    type: ClassVar = "batch.cancel_requested"
    source: ClassVar = "ingest"

    requested_by: str


class BatchCompleted(Event):
    """Every pair of every generation so far is terminal. Sent once a generation, for every outcome."""

    type: ClassVar = "batch.completed"
    source: ClassVar = "aggregator"

    name: str
    status: BatchStatus
    total: int
    completed: int
    failed: int
    cancelled: int
    needs_review: int
    pages: int


class ExportCompleted(Event):
    """An export file is ready for download."""

    type: ClassVar = "export.completed"
    source: ClassVar = "exporter"

    export_id: UUID
    format: str
    layout: str
    rows: int

    @property
    def subject(self) -> UUID:
        return self.export_id


class ExportFailed(Event):
    """An export could not be made, for the reason given."""

    type: ClassVar = "export.failed"
    source: ClassVar = "exporter"

    export_id: UUID
    error: DocumentError

    @property
    def subject(self) -> UUID:
        return self.export_id


EVENTS: dict[str, type[Event]] = {
    event.type: event
    for event in (
        BatchCreated,
        DocumentUploaded,
        DocumentClassified,
        DocumentExtracted,
        DocumentFailed,
        DocumentCancelled,
        BatchRetried,
        BatchCancelRequested,
        BatchCompleted,
        ExportCompleted,
        ExportFailed,
    )
}


class UnknownEventError(ValueError):
    """A message that is not one of our events. Reading it again would not help."""


def decode(raw: bytes) -> Event:
    """Read a structured-mode CloudEvent.

    Raises UnknownEventError for bytes that are no CloudEvent, an unknown type, or data that do not fit the contract.
    """
    try:
        envelope = orjson.loads(raw)
        contract = EVENTS[envelope["type"]]
        return contract.model_validate(
            envelope["data"]
            | {
                "tenant_id": envelope["tenantid"],
                "batch_id": envelope["batchid"],
                "generation": envelope["generation"],
                "time": envelope["time"],
                "causation_id": envelope.get("causationid"),
                "traceparent": envelope.get("traceparent"),
            }
        )
    except (KeyError, TypeError, ValueError) as problem:  # orjson and pydantic raise ValueErrors
        raise UnknownEventError(f"not a readable event: {type(problem).__name__}") from problem
