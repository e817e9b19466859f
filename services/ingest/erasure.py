"""Erases deleted batches, when their last pair has ended: objects first, then rows and the news, so a crash only repeats it.

What a worker that was just stopped still wrote is swept up a while later.
"""

from datetime import timedelta
from typing import Any

import structlog

from services.ingest.contents import erase_pages
from services.ingest.document_erasure import erase_deleted_documents
from services.ingest.preview_ends import expire_previews
from shared.bell import Bell
from shared.db import Database, Transaction, rows, run_sql
from shared.events import BatchDeleted
from shared.maintenance import repeat
from shared.outbox import publish
from shared.storage import Storage

log = structlog.get_logger()

SWEEP_AFTER = timedelta(minutes=10)
GRACE = timedelta(seconds=5)  # a running job notices within two seconds that it was stopped
_EVERY_SECONDS = 2.0
_AT_ONCE = 20

_DUE = """
SELECT tenant_id, batch_id, kind = 'preview' AS preview, erased_at IS NOT NULL AS erased FROM batches b
WHERE deleted_at < now() - $1::interval AND swept_at IS NULL AND (
  erased_at < now() - $2::interval OR erased_at IS NULL AND NOT EXISTS (
    SELECT FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id AND d.status = 'uploaded'))
ORDER BY deleted_at LIMIT $3
"""
_CONTENTS = """
SELECT DISTINCT h AS sha256 FROM batches b,
  unnest(b.contents || ARRAY(SELECT sha256 FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id)) AS h
WHERE b.tenant_id = $1 AND b.batch_id = $2 AND h <> ''
"""
_BLANK = """
UPDATE batches b SET name = '', fingerprint = '', created_event = NULL, stop_event = NULL, erased_at = now(),
  contents = ARRAY(SELECT DISTINCT sha256 FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id)
WHERE tenant_id = $1 AND batch_id = $2
"""


async def keep_erasing(db: Database, storage: Storage, bell: Bell) -> None:
    """Erase what is due, until cancelled."""

    async def erase() -> None:
        async with db.transaction() as tx:
            erased = await expire_previews(tx)
        erased += await erase_deleted(db, storage)
        erased += await erase_deleted_documents(db, storage, grace=GRACE, sweep_after=SWEEP_AFTER)
        if erased:
            bell.ring()

    await repeat("erase", erase, seconds=_EVERY_SECONDS)


async def erase_deleted(
    db: Database, storage: Storage, *, grace: timedelta = GRACE, sweep_after: timedelta = SWEEP_AFTER
) -> int:
    """Erase batches that were deleted and have come to rest, sweep after those erased before; returns how many."""
    async with db.transaction() as tx:
        due = await rows(tx, _DUE, grace, sweep_after, _AT_ONCE)
    for batch in due:
        await _erase_objects(db, storage, batch)
        async with db.transaction() as tx:
            await (_finish(tx, batch) if batch.erased else _erase_rows(tx, batch))
        log.info("batch_swept" if batch.erased else "batch_erased", batch=str(batch.batch_id))
    return len(due)


async def _erase_objects(db: Database, storage: Storage, batch: Any) -> None:
    for folder in ("batches", "results"):
        await storage.delete_prefix(f"{folder}/{batch.tenant_id}/{batch.batch_id}/")
    async with db.transaction() as tx:
        contents = await rows(tx, _CONTENTS, batch.tenant_id, batch.batch_id)
    for content in contents:
        await erase_pages(db, storage, tenant_id=batch.tenant_id, sha256=content.sha256, of=batch.batch_id)


async def _erase_rows(tx: Transaction, batch: Any) -> None:
    """The row of the batch itself stays, blank: a tombstone."""
    key = batch.tenant_id, batch.batch_id
    await publish(tx, [BatchDeleted(tenant_id=batch.tenant_id, batch_id=batch.batch_id, preview=batch.preview)])
    await run_sql(tx, _BLANK, *key)
    for table in ("documents", "instructions", "generations", "preview_ends"):
        await run_sql(tx, f"DELETE FROM {table} WHERE tenant_id = $1 AND batch_id = $2", *key)  # noqa: S608  # names from code
    await run_sql(tx, "DELETE FROM dead_letters WHERE position($1::bytea IN body) > 0", str(batch.batch_id).encode())


async def _finish(tx: Transaction, batch: Any) -> None:
    """The news is told once more: it is the only one that nobody asks for again, should it have been lost."""
    await publish(tx, [BatchDeleted(tenant_id=batch.tenant_id, batch_id=batch.batch_id)])
    await run_sql(
        tx,
        "UPDATE batches SET swept_at = now(), contents = '{}' WHERE tenant_id = $1 AND batch_id = $2",
        batch.tenant_id,
        batch.batch_id,
    )
