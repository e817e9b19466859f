"""Retries and re-runs: a new generation of a batch, opened under the lock of its row."""

from collections.abc import Sequence
from itertools import compress
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.ingest.batch_form import MAX_PROMPT, check_schema
from services.ingest.instructions import Instructions, keep_instructions, read_instructions, uploads_of
from services.ingest.plans import check_subscription, limits_of
from services.ingest.quota import Pair, fitting, quota_exceeded, reserve
from services.ingest.steering import lock_batch
from shared.audit import record
from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.events import BatchRetried
from shared.http import ApiError, not_found
from shared.outbox import publish
from shared.results import JsonObject
from shared.vocabulary import Strategy

_DOCUMENTS = """
SELECT document_id, status, instructions, pages FROM documents
WHERE batch_id = $1 AND ($2::uuid[] IS NULL OR document_id = ANY($2)) ORDER BY document_id FOR UPDATE
"""
_REOPEN = """
UPDATE documents d SET generation = $2, status = 'uploaded', error = NULL, stop_event = NULL, told_at = now(), instructions = u.key
FROM unnest($3::uuid[], $4::text[]) AS u (document_id, key) WHERE d.batch_id = $1 AND d.document_id = u.document_id
"""


class Otherwise(BaseModel):
    """How to read documents in another way than before. With any of it completed documents are read again too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str | None = Field(default=None, min_length=1, max_length=MAX_PROMPT)
    json_schema: JsonObject | None = None
    strategy: Strategy | None = None

    @field_validator("json_schema")
    @classmethod
    def _schema_is_of_an_object(cls, schema: JsonObject | None) -> JsonObject | None:
        return check_schema(schema)

    @property
    def otherwise(self) -> bool:
        """Whether the documents are to be read in another way than before."""
        return any(value is not None for value in (self.prompt, self.json_schema, self.strategy))

    def changed(self, before: Instructions) -> Instructions:
        """A prompt of one's own ends `auto`, which would not listen to it."""
        strategy = self.strategy or before.strategy
        if self.strategy is None and self.prompt and strategy is Strategy.AUTO:
            strategy = Strategy.GLOBAL
        return Instructions(
            strategy=strategy,
            prompt=self.prompt or before.prompt,
            json_schema=before.json_schema if self.json_schema is None else self.json_schema,
        )


class RetryWish(Otherwise):
    """What to read again, and how.

    Without `document_ids`: all documents that failed or were cancelled. With a prompt, a schema or a strategy it is a
    re-run: completed documents are read again too.
    """

    document_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=5_000)


async def retry_batch(
    tx: Transaction, batch_id: UUID, wish: RetryWish, caller: Identity, *, upgrade_hint: str
) -> BatchRetried:
    """Open the next generation for the documents wished for.

    Raises ApiError 404 and 409 when that cannot be, 402 when the subscription has ended or the page quota has no room.
    """
    check_subscription(await limits_of(tx, caller.tenant_id), upgrade_hint=upgrade_hint)
    batch = await lock_batch(tx, batch_id, caller)
    if batch.status == "cancelling":
        raise ApiError(409, "batch_is_cancelling", "Wait until this batch has stopped.", retryable=True, retry_after=1)
    chosen = await _choose(tx, batch_id, wish)
    pairs = [Pair(batch_id, document.document_id, batch.generation + 1, document.pages) for document in chosen]
    if quota := await reserve(tx, caller.tenant_id, pairs):
        fit = fitting([pair.pages for pair in pairs], quota.remaining)
        if wish.document_ids or not any(fit):
            raise quota_exceeded(quota, upgrade_hint=upgrade_hint)
        chosen = list(compress(chosen, fit))
    retried = BatchRetried(
        tenant_id=caller.tenant_id,
        batch_id=batch_id,
        generation=batch.generation + 1,
        documents=tuple(document.document_id for document in chosen),
        requested_by=caller.user,
    )
    await _open_generation(tx, retried, await _instruct(tx, retried, chosen, wish))
    uploads = await uploads_of(tx, [caller.tenant_id], retried.documents)
    await publish(tx, [retried, *uploads])
    details = {"generation": retried.generation, "documents": len(chosen), "otherwise": wish.otherwise}
    await record(tx, caller, "batch.retry", batch_id, details)
    return retried


async def _choose(tx: Transaction, batch_id: UUID, wish: RetryWish) -> list[Any]:
    found = await rows(tx, _DOCUMENTS, batch_id, wish.document_ids)
    if wish.document_ids:
        _check_named(found, wish)
        return list(found)
    again = {"failed", "cancelled", "completed"} if wish.otherwise else {"failed", "cancelled"}
    chosen = [document for document in found if document.status in again and document.instructions]
    if not chosen:
        raise ApiError(
            409,
            "nothing_to_retry",
            "Nothing failed or was cancelled that can be read again. Another prompt or schema reads completed documents anew.",
        )
    return chosen


def _check_named(found: Sequence[Any], wish: RetryWish) -> None:
    """Named documents are all retried, or none."""
    if len(found) < len(set(wish.document_ids or ())):
        raise not_found("document in this batch")
    for document in found:
        if document.instructions is None:
            raise ApiError(409, "not_retryable", f"{document.document_id} was refused at intake. Upload it anew.")
        if document.status == "uploaded":
            raise ApiError(409, "document_is_open", f"{document.document_id} has not ended yet.", retryable=True)
        if document.status == "completed" and not wish.otherwise:
            raise ApiError(
                409, "already_completed", f"{document.document_id} is completed. Say what to do otherwise to re-run it."
            )


async def _instruct(tx: Transaction, retried: BatchRetried, chosen: Sequence[Any], wish: RetryWish) -> list[str]:
    """The key of each chosen document's instructions, new ones stored."""
    before = await read_instructions(tx, retried.batch_id)
    after = [wish.changed(before[document.instructions]) for document in chosen]
    await keep_instructions(tx, retried.tenant_id, retried.batch_id, after)
    return [one.key for one in after]


async def _open_generation(tx: Transaction, retried: BatchRetried, keys: Sequence[str]) -> None:
    await run_sql(
        tx,
        "UPDATE batches SET generation = $2, status = 'queued', told_at = now() WHERE batch_id = $1",
        retried.batch_id,
        retried.generation,
    )
    await run_sql(tx, _REOPEN, retried.batch_id, retried.generation, list(retried.documents), list(keys))
    await run_sql(
        tx,
        "INSERT INTO generations (tenant_id, batch_id, generation, event) VALUES ($1, $2, $3, $4)",
        retried.tenant_id,
        retried.batch_id,
        retried.generation,
        retried.to_bytes(),
    )
