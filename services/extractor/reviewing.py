"""Stores what a person corrected or approved as a new version, and tells the others, if nobody was faster."""

from typing import Any
from uuid import UUID, uuid4

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.dialects.postgresql import insert

from services.extractor.edits import MAX_EDITS, Edit
from services.extractor.result_views import read_result
from services.extractor.reviewed_result import after_edits
from services.extractor.tables import extractions
from services.extractor.versions import Stored, differences, find_version
from shared.audit import record
from shared.auth import Identity
from shared.db import Database, Transaction, run_sql
from shared.events import DocumentReviewed
from shared.http import ApiError
from shared.outbox import publish
from shared.results import JsonObject, Result
from shared.storage import Storage

_LARGEST_INLINE = 256 * 1024


class Review(BaseModel):
    """Edits of one version of a result, or its approval, or both. `generation` and `version` name what was looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generation: int
    version: int
    edits: list[Edit] = Field(default=[], max_length=MAX_EDITS)
    approve: bool = False


class Reviews:
    """Takes reviews in."""

    def __init__(self, *, api_db: Database, storage: Storage) -> None:
        self._db = api_db
        self._storage = storage

    async def review(self, document_id: UUID, wanted: Review, caller: Identity) -> Stored:
        """The new version. Raises ApiError 404, 422 for what cannot be, 409 with the difference where another was faster."""
        if not wanted.edits and not wanted.approve:
            raise ApiError(422, "nothing_to_store", "Send edits, or approve, or both.")
        base = await self._base(document_id, wanted, caller)
        read = await read_result(base.row, self._storage)
        if wrong := next((edit for edit in wanted.edits if edit.place and edit.place.page > read.pages), None):
            raise ApiError(422, "no_such_place", f"{wrong.path}: the document has {read.pages} pages.")
        result, changes = after_edits(read.result, wanted.edits, schema=base.asked.json_schema, approve=wanted.approve)
        event = await self._event(base, result, wanted, caller, edits=len(changes))
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            stored = await _store(tx, base, event, changes, caller)
        if stored is None:
            raise await self._conflict(document_id, base, caller)
        return stored

    async def _base(self, document_id: UUID, wanted: Review, caller: Identity) -> Stored:
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            newest = await find_version(tx, document_id)
            base = await find_version(tx, document_id, generation=wanted.generation, version=wanted.version)
        if newest.asked.preview:
            raise ApiError(409, "is_a_preview", "A preview is not reviewed: it is gone after a day.")
        if newest.row.read_again:
            detail = "The document was given to be read again: review what comes of that."
            raise ApiError(409, "document_is_read_again", detail)
        if (newest.row.generation, newest.row.version) != (base.row.generation, base.row.version):
            raise await self._conflict(document_id, base, caller)
        return base

    async def _conflict(self, document_id: UUID, base: Stored, caller: Identity) -> ApiError:
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            newest = await find_version(tx, document_id)
        before, now = await read_result(base.row, self._storage), await read_result(newest.row, self._storage)
        who = newest.row.reviewed_by or "the extractor"
        return ApiError(
            409,
            "version_conflict",
            f"Version {newest.row.version} by {who} came in between. Look at the difference and try again.",
            extra={
                "generation": newest.row.generation,
                "version": newest.row.version,
                "difference": differences(before.result.data, now.result.data),
            },
        )

    async def _event(
        self, base: Stored, result: Result, wanted: Review, caller: Identity, *, edits: int
    ) -> DocumentReviewed:
        """What is told. A large result is put into object storage first, under a key nobody else writes to."""
        row, body = base.row, orjson.dumps(result.model_dump(mode="json"))
        key = None
        if len(body) > _LARGEST_INLINE:
            folder = f"results/{row.tenant_id}/{row.batch_id}/{row.document_id}"
            key = f"{folder}/{row.generation}-{row.version + 1}-{uuid4()}"
            await self._storage.put(key, body, media_type="application/json")
        return DocumentReviewed.caused_by(
            base.asked,
            document_id=row.document_id,
            file_name=row.file_name,
            document_type=row.document_type,
            pages=row.pages,
            version=row.version + 1,
            needs_review=result.needs_review,
            result=None if key else result,
            result_key=key,
            rows=result.rows,
            provider=result.provider,
            model=result.model,
            custom_id=row.custom_id,
            reviewed_by=caller.user,
            role=caller.role,
            approved=wanted.approve,
            edits=edits,
        )


async def _store(
    tx: Transaction, base: Stored, event: DocumentReviewed, changes: list[JsonObject], caller: Identity
) -> Stored | None:
    """Insert the version and publish the event; None when the base is not the newest any more.

    The lock is the one that deletions take alone: what they erase is not written again.
    """
    await run_sql(tx, "SELECT pg_advisory_xact_lock_shared(4712)")
    newest = await find_version(tx, event.document_id)
    if newest.row.read_again or (newest.row.generation, newest.row.version) != (base.row.generation, base.row.version):
        return None
    inserted = await tx.execute(insert(extractions).values(_row(event, changes)).on_conflict_do_nothing())
    if inserted.rowcount != 1:
        return None
    about = event.model_dump(mode="json", include={"document_id", "version", "approved", "edits"})
    about["generation"] = event.generation
    await record(tx, caller, "document.review", event.batch_id, about, entry_id=event.id)
    await publish(tx, [event])
    return await find_version(tx, event.document_id)


def _row(event: DocumentReviewed, changes: list[JsonObject]) -> dict[str, Any]:
    told = ("document_id", "version", "file_name", "custom_id", "document_type", "pages", "needs_review", "result_key")
    return {name: getattr(event, name) for name in (*told, "reviewed_by", "approved")} | {
        "tenant_id": event.tenant_id,
        "batch_id": event.batch_id,
        "generation": event.generation,
        "result": event.result.model_dump(mode="json") if event.result else None,
        "changes": changes,
        "told": event.to_bytes(),
    }
