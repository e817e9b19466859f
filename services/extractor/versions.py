"""The versions of a result: what was read, and what people made of it, each kept as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel

from services.extractor.field_paths import leaves
from services.extractor.result_views import DocumentResult, read_result
from shared.db import Transaction, rows
from shared.events import DocumentClassified, decode
from shared.http import not_found
from shared.results import JsonObject
from shared.storage import Storage

_MOST_DIFFERENCES = 200

_COLUMNS = """
SELECT e.document_id, e.batch_id, e.tenant_id, e.generation, e.version, e.file_name, e.custom_id, e.document_type, e.pages,
  e.needs_review, e.result, e.result_key, e.created_at, e.reviewed_by, e.approved, e.changes,
  (SELECT event FROM jobs j WHERE j.subject = e.document_id AND j.generation = e.generation) AS event,
  EXISTS (SELECT FROM jobs j WHERE j.subject = e.document_id AND j.generation > e.generation) AS read_again
FROM extractions e
"""


class Version(BaseModel):
    """One version. The first of a generation was read by the machine; `reviewed_by` names who made a later one."""

    generation: int
    version: int
    created_at: datetime
    needs_review: bool
    reviewed_by: str | None
    approved: bool
    changes: list[JsonObject] | None


class Versions(BaseModel):
    """Newest first."""

    items: list[Version]


class ReviewableResult(DocumentResult):
    """A result with what its review needs: the schema it follows, what was asked, and which version it is.

    `read_again`: the document was given to the extractor once more, so this version takes no corrections.
    """

    json_schema: JsonObject
    prompt: str
    created_at: datetime
    reviewed_by: str | None
    approved: bool
    read_again: bool


@dataclass(frozen=True)
class Stored:
    """A version as it is kept: its row, and the event that asked for it."""

    row: Any
    asked: DocumentClassified


async def find_version(
    tx: Transaction, document_id: UUID, *, generation: int | None = None, version: int | None = None
) -> Stored:
    """The newest, or the one named. Raises ApiError 404."""
    found = await rows(
        tx,
        _COLUMNS + "WHERE e.document_id = $1 AND ($2::int IS NULL OR e.generation = $2)"
        " AND ($3::int IS NULL OR e.version = $3) ORDER BY e.generation DESC, e.version DESC LIMIT 1",
        document_id,
        generation,
        version,
    )
    if not found or found[0].event is None:
        raise not_found("result")
    asked = decode(found[0].event.encode())
    assert isinstance(asked, DocumentClassified)
    return Stored(found[0], asked)


async def list_versions(tx: Transaction, document_id: UUID) -> Versions:
    """Raises ApiError 404 for a document without a result."""
    found = await rows(
        tx,
        "SELECT generation, version, created_at, needs_review, reviewed_by, approved, changes FROM extractions"
        " WHERE document_id = $1 ORDER BY generation DESC, version DESC",
        document_id,
    )
    if not found:
        raise not_found("result")
    return Versions(items=[Version.model_validate(row, from_attributes=True) for row in found])


async def reviewable(stored: Stored, storage: Storage) -> ReviewableResult:
    """Raises ApiError 404 when a large result is gone from storage."""
    read = await read_result(stored.row, storage)
    told = {name: getattr(stored.row, name) for name in ("created_at", "reviewed_by", "approved", "read_again")}
    asked = {"json_schema": stored.asked.json_schema, "prompt": stored.asked.prompt}
    return ReviewableResult(**dict(read), **told, **asked)


def differences(base: JsonObject, current: JsonObject) -> list[JsonObject]:
    """What is different, by path; None stands for what is not there. The first 200."""
    return [change for _, change in zip(range(_MOST_DIFFERENCES), _differences(base, current), strict=False)]


def _differences(base: JsonObject, current: JsonObject) -> Iterator[JsonObject]:
    before, now = dict(leaves(base)), dict(leaves(current))
    for path in [*before, *(path for path in now if path not in before)]:
        if _as_json(before.get(path)) != _as_json(now.get(path)):
            yield {"path": path, "base": before.get(path), "current": now.get(path)}


def _as_json(value: Any) -> bytes:
    return orjson.dumps(value)
