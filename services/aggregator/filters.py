"""What may be asked of a list, and what it means as conditions on the tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, Json
from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, column, exists, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from services.aggregator.tables import batches, documents
from shared.results import JsonObject
from shared.vocabulary import DocumentStatus, Strategy

FileType = Literal["pdf", "jpg", "png"]
# Open batches are ingest's.
Listed = Literal["queued", "processing", "completed", "partially_completed", "failed", "cancelling", "cancelled"]
Condition = ColumnElement[bool]

_MEDIA_TYPES: dict[FileType, str] = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


class _Filter(BaseModel):
    """What both lists have in common."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None
    document_type: list[str] = Field(default=[], max_length=20)
    file_type: list[FileType] = []
    custom_id: str | None = Field(default=None, max_length=255)
    metadata: Json[dict[str, Any]] | None = Field(
        default=None, description="A JSON object: what the batch's must hold."
    )
    q: str | None = Field(default=None, min_length=1, max_length=200, description="In names and errors, also misspelt.")

    def of_documents(self) -> list[Condition]:
        """What a document must be like."""
        wanted: list[Condition] = []
        if self.document_type:
            wanted.append(documents.c.document_type.in_(self.document_type))
        if self.file_type:
            wanted.append(documents.c.media_type.in_(self.media_types()))
        if self.custom_id is not None:
            wanted.append(documents.c.custom_id == self.custom_id)
        return wanted

    def media_types(self) -> list[str]:
        return [_MEDIA_TYPES[name] for name in self.file_type]

    def _asked(self, *names: str) -> JsonObject:
        return self.model_dump(mode="json", include=set(names), exclude_defaults=True)


class BatchFilter(_Filter):
    """Query of the list of batches."""

    sort: Literal["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"] = "-created_at"
    status: list[Listed] = []
    strategy: list[Strategy] = []
    created_from: datetime | None = None
    created_to: datetime | None = None

    def within(self) -> JsonObject:
        """What a search looks among: what is asked for besides, as far as it can tell."""
        return self._asked("status", "strategy", "created_from", "created_to", "metadata")

    def conditions(self, tenant_id: UUID, found: Sequence[UUID]) -> list[Condition]:
        """`found` are the ids that match `q`, where it is asked for."""
        wanted: list[Condition] = [batches.c.created_at.is_not(None), ~batches.c.hidden]
        if self.status:
            wanted.append(batches.c.status.in_(self.status))
        if self.strategy:
            wanted.append(batches.c.strategy.in_([value.value for value in self.strategy]))
        if self.created_from:
            wanted.append(batches.c.created_at >= self.created_from)
        if self.created_to:
            wanted.append(batches.c.created_at < self.created_to)
        if of_documents := self.of_documents():
            its_own = (documents.c.tenant_id == batches.c.tenant_id, documents.c.batch_id == batches.c.batch_id)
            wanted.append(exists().where(*its_own, *of_documents))
        if self.metadata is not None:
            wanted.append(batches.c.batch_id.in_(_by_metadata(tenant_id, self.metadata)))
        if self.q:
            wanted.append(batches.c.batch_id == _any_of(found))
        return wanted


class DocumentFilter(_Filter):
    """Query of the list of documents."""

    sort: Literal["updated_at", "-updated_at", "file_name", "-file_name"] = "-updated_at"
    status: list[DocumentStatus] = []
    needs_review: bool | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None

    def within(self) -> JsonObject:
        """What a search looks among: what is asked for besides."""
        names = ("status", "document_type", "custom_id", "needs_review", "updated_from", "updated_to", "metadata")
        return self._asked(*names) | ({"media_type": self.media_types()} if self.file_type else {})

    def conditions(self, tenant_id: UUID, found: Sequence[UUID]) -> list[Condition]:
        """`found` are the ids that match `q`, where it is asked for."""
        hidden = select(batches.c.batch_id).where(batches.c.hidden)
        wanted = [documents.c.position.is_not(None), documents.c.batch_id.not_in(hidden), *self.of_documents()]
        if self.status:
            wanted.append(documents.c.status.in_([value.value for value in self.status]))
        if self.needs_review is not None:
            wanted.append(documents.c.needs_review == self.needs_review)
        if self.updated_from:
            wanted.append(documents.c.updated_at >= self.updated_from)
        if self.updated_to:
            wanted.append(documents.c.updated_at < self.updated_to)
        if self.metadata is not None:
            wanted.append(documents.c.batch_id.in_(_by_metadata(tenant_id, self.metadata)))
        if self.q:
            wanted.append(documents.c.document_id == _any_of(found))
        return wanted


class BatchDocumentFilter(DocumentFilter):
    """Query of the documents of one batch: in the order they were handed in, unless asked otherwise."""

    min_version: int | None = Field(
        default=None, ge=1, description="A version of the batch that is waited for, up to two seconds."
    )

    sort: Literal["position", "-position", "updated_at", "-updated_at", "file_name", "-file_name"] = "position"  # type: ignore[assignment]  # one order more than the list of all has


class DocumentSelection(BatchDocumentFilter):
    """Query of both lists in one: the documents of the tenant, or of one batch."""

    batch_id: UUID | None = None

    def within(self) -> JsonObject:
        return super().within() | self._asked("batch_id")

    def conditions(self, tenant_id: UUID, found: Sequence[UUID]) -> list[Condition]:
        wanted = super().conditions(tenant_id, found)
        return [*wanted, documents.c.batch_id == self.batch_id] if self.batch_id else wanted


def _any_of(ids: Sequence[UUID]) -> Any:
    """An array, so that all are looked up in one walk of the index."""
    return any_(literal(list(ids), ARRAY(Uuid)))


def _by_metadata(tenant_id: UUID, wanted: dict[str, Any]) -> Any:
    call = func.find_by_metadata(literal(tenant_id, Uuid), literal(wanted, JSONB))
    return select(column("batch_id")).select_from(call)
