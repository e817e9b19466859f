"""Batches that have ended are deleted after a while, where that is wanted: as if somebody had deleted them."""

from datetime import timedelta

from services.ingest.steering import delete_batch
from shared.auth import Identity
from shared.bell import Bell
from shared.db import Database, rows
from shared.maintenance import repeat
from shared.vocabulary import Role

_AT_ONCE = 100
_EVERY_SECONDS = 600.0

_OLD = """
SELECT tenant_id, batch_id FROM batches
WHERE kind = 'batch' AND deleted_at IS NULL AND created_event IS NOT NULL AND completed_generation >= generation
  AND greatest(created_at, told_at) < now() - $1::interval LIMIT $2
"""


async def delete_old_batches(db: Database, *, kept: timedelta) -> int:
    """Delete up to a hundred batches to which nothing has happened for `kept`; returns how many."""
    async with db.transaction() as tx:
        old = await rows(tx, _OLD, kept, _AT_ONCE)
    for tenant_id, batch_id in old:
        async with db.transaction() as tx:
            await delete_batch(tx, batch_id, Identity(tenant_id=tenant_id, user="ingestio", role=Role.OPERATOR))
    return len(old)


async def keep_deleting(db: Database, bell: Bell, *, kept: timedelta) -> None:
    """Every ten minutes, until cancelled."""

    async def delete() -> int:
        deleted = await delete_old_batches(db, kept=kept)
        bell.ring()
        return deleted

    await repeat("delete_old_batches", delete, seconds=_EVERY_SECONDS, full=_AT_ONCE)
