"""The envelope of every event: CloudEvents 1.0 in structured JSON."""

from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field

from shared.errors import Stage
from shared.results import JsonObject

NAMESPACE = UUID("6a0f6f0a-1b8e-5c0c-9d5e-0d1b1f0a9c11")
CONTENT_TYPE = "application/cloudevents+json"


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
    preview: bool = Field(default=False, exclude=True)  # of a trial, which only the services of the chain hear of

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
        if self.preview:
            envelope["preview"] = True
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
            "preview": cause.preview,
        }
        return cls(**(envelope | data))


class Took(BaseModel):
    """What one stage took of a document: seconds until its last attempt began, seconds that attempt ran, attempts made."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Stage
    waited: float
    worked: float
    attempts: int


class DocumentEvent(Event):
    """A fact about one document of a batch in one generation: a *pair*. `took` lists the stages it went through so far."""

    document_id: UUID
    took: tuple[Took, ...] = ()

    @property
    def subject(self) -> UUID:
        return self.document_id
