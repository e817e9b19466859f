"""Looks for batches of which the exporter lacks something that was told, and says so, until it has been told again."""

from datetime import timedelta

import structlog

from shared.bell import Bell
from shared.db import Database, rows
from shared.events import BatchMissed
from shared.maintenance import repeat
from shared.outbox import publish

log = structlog.get_logger()

_AT_ONCE = 100

# Something is missing when nobody told of the batch itself, when it has ended and rows have not, or the other way round. What
# is found whole is not looked at again until another generation is opened.
_LOOK = """
WITH due AS (
  SELECT tenant_id, batch_id FROM export_batches
  WHERE whole < greatest(completed_generation, cardinality(opened), 1) AND looked_at < now() - $1::interval
  ORDER BY looked_at LIMIT $2 FOR UPDATE SKIP LOCKED
), seen AS (
  SELECT b.tenant_id, b.batch_id, b.name IS NOT NULL AS known, b.completed_generation, b.ended, d.total, d.ready,
    coalesce((SELECT max(g) FROM unnest(b.opened) AS g), 0) AS latest, cardinality(b.opened) AS opened
  FROM due JOIN export_batches b USING (tenant_id, batch_id) CROSS JOIN LATERAL (
    SELECT count(*) AS total, count(*) FILTER (WHERE status IS NOT NULL AND generation >= awaited) AS ready
    FROM export_documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id) AS d
), judged AS (
  SELECT *, known AND completed_generation = latest AND opened = latest AND latest > 0 AND ready >= ended AS is_whole,
    completed_generation < latest AND ready < total AS is_open
  FROM seen
)
UPDATE export_batches b SET looked_at = now(), whole = CASE WHEN j.is_whole THEN j.latest ELSE b.whole END
FROM judged j WHERE b.tenant_id = j.tenant_id AND b.batch_id = j.batch_id
RETURNING b.tenant_id, b.batch_id, NOT j.is_whole AND NOT (j.known AND j.is_open) AS missed
"""


async def say_what_is_missed(db: Database, *, silence: timedelta) -> int:
    """Look at batches that were not looked at for `silence`; returns of how many something is missing."""
    async with db.transaction() as tx:
        looked_at = await rows(tx, _LOOK, silence, _AT_ONCE)
        missed = [batch for batch in looked_at if batch.missed]
        await publish(tx, [BatchMissed(tenant_id=batch.tenant_id, batch_id=batch.batch_id) for batch in missed])
    return len(missed)


async def keep_looking(db: Database, bell: Bell, *, silence: timedelta) -> None:
    """Look several times within `silence`, until cancelled."""

    async def look() -> None:
        if missed := await say_what_is_missed(db, silence=silence):
            log.warning("batches_missed", batches=missed)
            bell.ring()

    await repeat("look_for_missed_batches", look, seconds=min(silence.total_seconds() / 4, 30))
