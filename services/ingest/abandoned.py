"""Clears uploads that never became a batch: their objects first, then their row, so a crash leaves no orphan."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from shared.db import Database, rows, run_sql
from shared.storage import Storage

log = structlog.get_logger()

ABANDONED_AFTER = timedelta(hours=1)
_EVERY_SECONDS = 600


async def clear_abandoned_uploads(db: Database, storage: Storage, *, after: timedelta = ABANDONED_AFTER) -> int:
    """Give up batches that are `pending_upload` for longer than `after`; returns how many."""
    async with db.transaction() as tx:
        # `failed` at once: a submit that is only very slow must not queue what is being cleared.
        given_up = await rows(
            tx,
            "UPDATE batches SET status = 'failed', idempotency_key = NULL"
            " WHERE status = 'pending_upload' AND created_at < now() - $1::interval RETURNING tenant_id, batch_id",
            after,
        )
    for batch in given_up:
        await clear_upload(db, storage, tenant_id=batch.tenant_id, batch_id=batch.batch_id)
    return len(given_up)


async def clear_upload(db: Database, storage: Storage, *, tenant_id: UUID, batch_id: UUID) -> None:
    """Delete the objects and the row of an upload that is no batch and will be none. Raises OSError."""
    await storage.delete_prefix(f"batches/{tenant_id}/{batch_id}/")
    async with db.transaction(tenant=tenant_id) as tx:
        await run_sql(tx, "DELETE FROM batches WHERE batch_id = $1 AND created_event IS NULL", batch_id)


async def keep_clearing(db: Database, storage: Storage) -> None:
    """Clear every ten minutes, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            cleared = await clear_abandoned_uploads(db, storage)
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("clearing_failed", error=type(error).__name__)
        else:
            log.info("abandoned_uploads_cleared", batches=cleared)
