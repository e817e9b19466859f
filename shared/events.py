"""The contracts: every event of the chain.

Facts in the past tense. Reading tolerates unknown fields; writing only ever adds (a snapshot test guards the schemas).
"""

from datetime import UTC, datetime
from typing import ClassVar, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from shared.cloudevent import DocumentEvent, Event
from shared.errors import Category, DocumentError
from shared.results import JsonObject, Result, Rows, Usage
from shared.vocabulary import BatchStatus, Priority, Strategy


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


class Share(BaseModel):
    """A tenant's part of every queue, as its plan says: its weight against other tenants, and how many run at once."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    weight: float = 1.0
    at_once: int = 64


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
    reask: bool = False


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
    share: Share = Share()
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
    share: Share = Share()
    prompt: str
    prompt_source: Literal["global", "per_document", "type"]
    json_schema: JsonObject
    schema_source: Literal["batch", "type"]
    custom_id: str | None = None
    reask: bool = False


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


class DocumentReviewed(DocumentEvent):
    """A person has corrected or approved what was read: this version of the result goes before all earlier ones.

    No new end of the pair: document.extracted came before. A result over 256 KB is found under `result_key`.
    """

    type: ClassVar = "document.reviewed"
    source: ClassVar = "extractor"

    file_name: str
    document_type: str
    pages: int
    version: int
    needs_review: bool = False
    result: Result | None = None
    result_key: str | None = None
    rows: Rows = Rows()
    provider: str
    model: str
    custom_id: str | None = None
    reviewed_by: str
    role: str
    approved: bool
    edits: int = 0

    @property
    def discriminator(self) -> str:
        return str(self.version)


class DocumentFailed(DocumentEvent):
    """Terminal: the document could not be read, or was refused at intake."""

    type: ClassVar = "document.failed"

    source: ClassVar = "pipeline"

    file_name: str
    document_type: str | None = None
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
    """A batch is to stop: what has not ended up to this generation ends as cancelled. `deleting`: nobody sees it any more."""

    type: ClassVar = "batch.cancel_requested"
    source: ClassVar = "ingest"

    requested_by: str
    deleting: bool = False

    @property
    def discriminator(self) -> str:
        return "deleting" if self.deleting else ""


class BatchDeleted(Event):
    """A batch is gone, after all its pairs have ended: erase what is kept of it, and let nothing of it come back."""

    type: ClassVar = "batch.deleted"
    source: ClassVar = "ingest"


class BatchMissed(Event):
    """A service lacks something of this batch that was told before: ingest tells it all again."""

    type: ClassVar = "batch.missed"
    source: ClassVar = "exporter"


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


class QuotaWarning(Event):
    """A tenant has used this share of its pages in the period. Sent once a level and period.

    `batch_id` is the batch whose document was charged when the level was reached.
    """

    type: ClassVar = "quota.warning"
    source: ClassVar = "ingest"

    level: Literal[80, 100]
    period_start: datetime
    period_end: datetime
    limit: int
    used: int
    reserved: int

    @property
    def subject(self) -> UUID:
        return self.tenant_id

    @property
    def discriminator(self) -> str:
        return f"{self.level}|{self.period_start.astimezone(UTC).isoformat()}"


EVENTS: dict[str, type[Event]] = {
    event.type: event
    for event in (
        BatchCreated,
        DocumentUploaded,
        DocumentClassified,
        DocumentExtracted,
        DocumentReviewed,
        DocumentFailed,
        DocumentCancelled,
        BatchRetried,
        BatchCancelRequested,
        BatchDeleted,
        BatchMissed,
        BatchCompleted,
        ExportCompleted,
        ExportFailed,
        QuotaWarning,
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
