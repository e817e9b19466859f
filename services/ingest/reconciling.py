"""The reconciler: holds the ledger, the pairs and the objects against each other, mends what is safe, reports the rest.

Safe is what the ordinary way mends when it is asked again: a pair that ended without its pages being settled is re-asked, so
that whoever holds its outcome repeats it. Objects are compared by whoever names them (shared/comparison.py), ingest's own here.
"""

from datetime import timedelta

import structlog
from pydantic import Field

from services.ingest.instructions import uploads_of
from services.ingest.kept_objects import FOLDERS
from services.ingest.reasking import reask_silent_pairs, retell_stuck_batches
from shared.bell import Bell
from shared.comparison import GRACE, ORPHANS_AFTER, Comparison, compare
from shared.db import Database, rows
from shared.maintenance import repeat
from shared.metrics import LEDGER_DRIFT
from shared.outbox import publish
from shared.storage import Storage

log = structlog.get_logger()

_EVERY_SECONDS = 300.0
_AT_ONCE = 500

_OPEN = """
FROM quota_ledger r LEFT JOIN documents d ON d.tenant_id = r.tenant_id AND d.document_id = r.document_id
WHERE r.kind = 'reserve' AND r.at BETWEEN now() - interval '62 days' AND now() - $1::interval
  AND NOT EXISTS (SELECT FROM quota_ledger s WHERE s.tenant_id = r.tenant_id AND s.document_id = r.document_id
                    AND s.generation = r.generation AND s.kind <> 'reserve')
"""
# Two questions, so that what cannot be mended, however much it is, keeps nothing else from being mended.
_UNSETTLED = f"""
SELECT r.tenant_id, r.document_id {_OPEN} AND d.generation = r.generation AND d.status <> 'uploaded'
  AND coalesce(d.told_at <= now() - $1::interval, true) LIMIT $2
"""
_LOST = f"SELECT count(*) AS pairs {_OPEN} AND d.generation IS DISTINCT FROM r.generation"  # noqa: S608 -- a constant
_DRIFT = """
SELECT coalesce(sum(abs(q.used - coalesce(l.used, 0)) + abs(q.reserved - coalesce(l.reserved, 0))), 0)::bigint AS pages
FROM quota_periods q LEFT JOIN (
  SELECT tenant_id, period_start, coalesce(sum(pages) FILTER (WHERE kind = 'commit'), 0) AS used,
    coalesce(sum(CASE kind WHEN 'reserve' THEN pages ELSE -pages END), 0) AS reserved
  FROM quota_ledger WHERE period_start > now() - interval '62 days' GROUP BY tenant_id, period_start
) l USING (tenant_id, period_start)
WHERE q.period_start > now() - interval '62 days'
"""


class Reconciliation(Comparison):
    """What was found, in counts. Pairs and batches are asked again, orphans deleted; the rest wants a person's eyes.

    `unanswered` names the services that did not say what they found.
    """

    silent_pairs: int = 0
    stuck_batches: int = 0
    unsettled_pairs: int = 0
    lost_reservations: int = 0
    drifted_pages: int = 0
    unanswered: list[str] = Field(default=[])

    @property
    def sound(self) -> bool:
        return not any(self.model_dump().values())


async def reconcile(
    db: Database,
    storage: Storage,
    *,
    silence: timedelta,
    objects: bool,
    grace: timedelta = GRACE,
    orphans_after: timedelta = ORPHANS_AFTER,
) -> Reconciliation:
    """One round; `objects` takes ingest's objects in, which reads the list of all of them. Raises OSError while a part is away."""
    found = Reconciliation(
        silent_pairs=await reask_silent_pairs(db, silence=silence),
        stuck_batches=await retell_stuck_batches(db, silence=silence),
    )
    await _reask_unsettled(db, found, grace=grace)
    async with db.transaction() as tx:
        found.drifted_pages = (await rows(tx, _DRIFT))[0].pages
    LEDGER_DRIFT.set(found.drifted_pages)
    if objects:
        found.add(await compare(db, storage, FOLDERS, grace=grace, orphans_after=orphans_after))
    return found


async def keep_reconciling(db: Database, storage: Storage, bell: Bell, *, silence: timedelta) -> None:
    """Every five minutes, until cancelled; objects are compared once a day by a loop of their own."""

    async def compare() -> None:
        found = await reconcile(db, storage, silence=silence, objects=False)
        if not found.sound:
            log.warning("reconciled", **found.model_dump())
            bell.ring()

    await repeat("reconcile", compare, seconds=_EVERY_SECONDS)


async def _reask_unsettled(db: Database, found: Reconciliation, *, grace: timedelta) -> None:
    async with db.transaction() as tx:
        unsettled = await rows(tx, _UNSETTLED, grace, _AT_ONCE)
        tenants, documents = [pair.tenant_id for pair in unsettled], [pair.document_id for pair in unsettled]
        await publish(tx, await uploads_of(tx, tenants, documents, reask=True))
        found.lost_reservations = (await rows(tx, _LOST, grace))[0].pairs
    found.unsettled_pairs = len(unsettled)
