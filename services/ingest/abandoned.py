"""Clears what never became part of a batch: objects first, then rows, so a crash leaves no orphan."""

from datetime import timedelta
from uuid import UUID

import structlog

from services.ingest.uploads import scratch_prefix
from shared.db import Database, rows, run_sql
from shared.maintenance import repeat
from shared.storage import Storage

log = structlog.get_logger()

ABANDONED_AFTER = timedelta(hours=1)
# A discarded upload is cleared at once, and once more after this: a write that was under way may have come late.
GRACE = timedelta(minutes=10)
_EVERY_SECONDS = 600
_AT_ONCE = 200

# `failed` at once: a submit that is only very slow must not queue what is being cleared.
_GIVE_UP = """
UPDATE batches b SET status = 'failed', idempotency_key = NULL
WHERE status = 'pending_upload' AND (held_until IS NULL OR held_until < now())
  AND CASE WHEN wish IS NULL THEN created_at < now() - $1::interval ELSE expires_at < now() AND NOT EXISTS (
    SELECT FROM uploads u WHERE u.batch_id = b.batch_id AND u.discarded_at IS NULL AND u.expires_at > now()) END
"""
_EXPIRE = """
UPDATE uploads u SET discarded_at = now(), held_by = NULL, held_until = NULL
WHERE discarded_at IS NULL AND (
  expires_at < now() AND (batch_id IS NULL OR byte_offset < size) AND (held_until IS NULL OR held_until < now())
  OR EXISTS (SELECT FROM batches b WHERE b.batch_id = u.batch_id AND b.status = 'failed'
    AND b.created_event IS NULL AND b.deleted_at IS NULL))
"""
_TO_CLEAR = """
SELECT tenant_id, upload_id, object_key, begun, cleared_at IS NOT NULL AS again FROM uploads
WHERE discarded_at IS NOT NULL AND (cleared_at IS NULL OR cleared_at < now() - $1::interval)
ORDER BY cleared_at NULLS FIRST LIMIT $2
"""


async def clear_abandoned(
    db: Database, storage: Storage, *, after: timedelta = ABANDONED_AFTER, grace: timedelta = GRACE
) -> int:
    """Give up forms that are pending for longer than `after` and whatever has expired; clear all that is given up.

    Returns how many batches and uploads are gone.
    """
    async with db.transaction() as tx:
        await run_sql(tx, _GIVE_UP, after)
        await run_sql(tx, _EXPIRE)
    return await _clear_uploads(db, storage, grace=grace) + await _clear_batches(db, storage)


async def clear_upload(db: Database, storage: Storage, *, tenant_id: UUID, batch_id: UUID) -> None:
    """Delete the objects and the row of an upload that is no batch and will be none. Raises OSError."""
    await storage.delete_prefix(f"batches/{tenant_id}/{batch_id}/")
    async with db.transaction(tenant=tenant_id) as tx:
        await run_sql(tx, "DELETE FROM batches WHERE batch_id = $1 AND created_event IS NULL", batch_id)


async def keep_clearing(db: Database, storage: Storage) -> None:
    """Clear every ten minutes, until cancelled."""

    async def clear() -> None:
        log.info("abandoned_uploads_cleared", cleared=await clear_abandoned(db, storage))

    await repeat("clear_abandoned", clear, seconds=_EVERY_SECONDS)


async def _clear_uploads(db: Database, storage: Storage, *, grace: timedelta) -> int:
    gone = 0
    while True:
        async with db.transaction() as tx:
            # Submitted at one go, so nothing but the object was ever stored, and that belongs to its document.
            simple = "DELETE FROM uploads WHERE discarded_at IS NOT NULL AND object_key IS NULL AND requests = 1"
            gone += (await run_sql(tx, simple)).rowcount
            found = await rows(tx, _TO_CLEAR, grace, _AT_ONCE)
        if not found:
            return gone
        for upload in found:
            if upload.object_key and upload.begun:
                await storage.drop_parts(upload.object_key, upload.begun)
            if upload.object_key:
                await storage.delete(upload.object_key)
            await storage.delete_prefix(scratch_prefix(upload.tenant_id, upload.upload_id))
        async with db.transaction() as tx:
            await run_sql(
                tx,
                "UPDATE uploads SET cleared_at = now() WHERE upload_id = ANY($1)",
                [upload.upload_id for upload in found if not upload.again],
            )
            twice = [upload.upload_id for upload in found if upload.again]
            gone += (await run_sql(tx, "DELETE FROM uploads WHERE upload_id = ANY($1)", twice)).rowcount


async def _clear_batches(db: Database, storage: Storage) -> int:
    async with db.transaction() as tx:
        given_up = await rows(
            tx,
            "SELECT tenant_id, batch_id FROM batches b WHERE status IN ('failed', 'cancelled') AND created_event IS NULL"
            " AND deleted_at IS NULL AND NOT EXISTS (SELECT FROM uploads u WHERE u.batch_id = b.batch_id)",
        )
    for batch in given_up:
        await clear_upload(db, storage, tenant_id=batch.tenant_id, batch_id=batch.batch_id)
    return len(given_up)
