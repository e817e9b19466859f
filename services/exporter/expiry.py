"""Exports expire: their files go first, then their rows, so a crash leaves no file without a row."""

from functools import partial

from shared.db import Database, rows, run_sql
from shared.maintenance import repeat
from shared.storage import Storage

_AT_ONCE = 100
_EVERY_SECONDS = 20

_EXPIRED = """
SELECT tenant_id, export_id FROM exports e WHERE expires_at < now()
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.subject = e.export_id AND j.state = 'r')
ORDER BY expires_at LIMIT $1
"""
# Its place in the queue goes with it where nothing else waits there: a worker that died may have brought it back after the batch
# was erased.
_DROP_JOB = """
WITH dropped AS (DELETE FROM jobs WHERE subject = $1 AND state <> 'r' RETURNING batch_id)
DELETE FROM flows f USING dropped d WHERE f.batch_id = d.batch_id AND NOT EXISTS (
  SELECT FROM jobs j WHERE j.batch_id = f.batch_id AND j.subject <> $1 AND j.state IN ('q', 'd', 's', 'r'))
"""


async def clear_expired(db: Database, storage: Storage) -> int:
    """Delete up to a hundred exports that have expired and are not being made; returns how many."""
    async with db.transaction() as tx:
        expired = await rows(tx, _EXPIRED, _AT_ONCE)
    for tenant_id, export_id in expired:
        await storage.delete_prefix(f"exports/{tenant_id}/{export_id}/")
        async with db.transaction() as tx:
            await run_sql(tx, _DROP_JOB, export_id)
            await run_sql(tx, "DELETE FROM export_files WHERE tenant_id = $1 AND export_id = $2", tenant_id, export_id)
            await run_sql(tx, "DELETE FROM exports WHERE tenant_id = $1 AND export_id = $2", tenant_id, export_id)
    return len(expired)


async def keep_clearing(db: Database, storage: Storage) -> None:
    """Clear every now and then, until cancelled: files of deleted batches must not stay long."""
    await repeat("clear_expired_exports", partial(clear_expired, db, storage), seconds=_EVERY_SECONDS, full=_AT_ONCE)
