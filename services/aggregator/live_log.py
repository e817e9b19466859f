"""The log of what changed: written with the change itself, read by the streams, kept for a day.

The ids of a tenant count up by one and become visible in their order, also when many replicas write: whoever has seen an
id has seen, or can read, all before it. The lock that makes it so is taken last and held until the commit only.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.aggregator.batch_state import BatchState
from services.aggregator.document_state import DocumentState
from services.aggregator.news import REACHED
from services.aggregator.tables import batches
from shared.db import Database, Transaction, after_commit, note, rows, run_sql
from shared.maintenance import repeat
from shared.many_rows import as_json, writing

_PRUNED_AT_ONCE = 5000
_PRUNE_EVERY_SECONDS = 600

Ask = Callable[..., Awaitable[Sequence[Any]]]  # runs one statement
Told = Callable[[Sequence["Change"]], object]

_COLUMNS = [field.name for field in fields(BatchState)]
_KEYS = ("tenant_id", "batch_id")
_TELL = f"""
WITH written AS (
  {writing(batches, _COLUMNS, take=[name for name in _COLUMNS if name not in _KEYS])} RETURNING *
), told AS (
  SELECT d.*, 'document.changed' AS kind
  FROM unnest($2::uuid[], $3::uuid[], $4::jsonb[]) WITH ORDINALITY AS d (tenant_id, batch_id, data, place)
  UNION ALL
  SELECT b.tenant_id, b.batch_id, CASE WHEN b.hidden THEN jsonb_build_object('id', b.batch_id) ELSE
      jsonb_build_object('id', b.batch_id, 'status', b.status, 'generation', b.generation, 'total_files', b.total_files,
        'queued', b.queued, 'in_progress', b.in_progress, 'completed', b.completed, 'failed', b.failed,
        'cancelled', b.cancelled, 'needs_review', b.needs_review, 'pages', b.pages, 'pages_done', b.pages_done) END,
    NULL, CASE WHEN b.hidden THEN 'batch.deleted' ELSE 'batch.changed' END
  FROM written b WHERE b.hidden OR b.created_at IS NOT NULL
), counted AS (
  INSERT INTO live_counters AS c (tenant_id, last_id)
  SELECT tenant_id, count(*) FROM told GROUP BY tenant_id ORDER BY tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET last_id = c.last_id + excluded.last_id
  RETURNING tenant_id, last_id
), logged AS (
  INSERT INTO live_log AS l (tenant_id, id, batch_id, kind, data)
  SELECT tenant_id, last_id + 1 - row_number() OVER (PARTITION BY tenant_id ORDER BY place DESC NULLS FIRST, batch_id),
    batch_id, kind, data
  FROM told JOIN counted USING (tenant_id)
  RETURNING l.tenant_id, l.id, l.batch_id, l.kind, l.data::text AS data, extract(epoch FROM clock_timestamp() - l.at)::float8 AS age
)
SELECT * FROM logged ORDER BY tenant_id, id
"""  # noqa: S608  # names from code

_AFTER = """
SELECT l.tenant_id, l.id, l.batch_id, l.kind, l.data::text AS data,
  extract(epoch FROM clock_timestamp() - l.at)::float8 AS age
FROM unnest($1::uuid[], $2::bigint[]) AS p (tenant_id, id),
  LATERAL (SELECT * FROM live_log l WHERE l.tenant_id = p.tenant_id AND l.id > p.id ORDER BY l.id LIMIT $3) AS l
ORDER BY l.tenant_id, l.id
"""

_KEPT = """
SELECT coalesce((SELECT last_id FROM live_counters WHERE tenant_id = $1), 0) AS last,
  (SELECT id FROM live_log WHERE tenant_id = $1 ORDER BY id LIMIT 1) AS oldest
"""

_PRUNE = """
DELETE FROM live_log WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM live_log WHERE at < now() - interval '1 day' LIMIT $1)
"""


class Change(NamedTuple):
    """One entry of a tenant's log; `data` is JSON, `age` in seconds when it was read."""

    tenant_id: UUID
    id: int
    batch_id: UUID
    kind: str
    data: str
    age: float = 0.0


class Kept(NamedTuple):
    """What the log of a tenant holds: the last id given out, and from where on it can be replayed."""

    last: int
    oldest: int | None

    def can_replay(self, after: int) -> bool:
        return after == self.last or (self.oldest is not None and self.oldest - 1 <= after < self.last)


async def tell(
    tx: Transaction, documents: Sequence[DocumentState], changed: Sequence[BatchState], *, told: Told | None = None
) -> None:
    """Write batches that have changed, and in the log that they and these documents have; call it last in a transaction.

    After the commit `told` gets what the log has got, so that nobody here need read it; other replicas are rung for.
    """
    if not documents and not changed:
        return
    changes = await rows(
        tx,
        _TELL,
        as_json([vars(batch) for batch in changed]),
        [document.tenant_id for document in documents],
        [document.batch_id for document in documents],
        [_shown(document) for document in documents],
    )
    note(tx, "others" if told else "news")
    if told:
        after_commit(tx, partial(told, [Change(*change) for change in changes]))


async def forget(tx: Transaction, batch_ids: Sequence[UUID]) -> None:
    """Erase what the log holds of these batches, except that they are deleted."""
    await run_sql(
        tx, "DELETE FROM live_log WHERE batch_id = ANY($1::uuid[]) AND kind <> 'batch.deleted'", list(batch_ids)
    )


async def read_after(ask: Ask, positions: Mapping[UUID, int], *, limit: int) -> list[Change]:
    """What follows these ids, by tenant: up to `limit` for each, in order."""
    return [Change(*row) for row in await ask(_AFTER, list(positions), list(positions.values()), limit)]


async def read_kept(ask: Ask, tenant_id: UUID) -> Kept:
    (row,) = await ask(_KEPT, tenant_id)
    return Kept(*row)


async def prune(db: Database) -> int:
    """Delete some of what is older than a day; returns how many."""
    async with db.transaction() as tx:
        return (await run_sql(tx, _PRUNE, _PRUNED_AT_ONCE)).rowcount


async def keep_pruning(db: Database) -> None:
    """Prune every ten minutes, until cancelled."""
    await repeat("prune_live_log", partial(prune, db), seconds=_PRUNE_EVERY_SECONDS, at_once=True, full=_PRUNED_AT_ONCE)


def _shown(document: DocumentState) -> str:
    shown = {
        "id": str(document.document_id),
        "batch_id": str(document.batch_id),
        "generation": document.generation,
        "status": document.status,
        "stage": document.error["stage"] if document.error else REACHED[document.reached],
        "document_type": document.document_type,
        "needs_review": document.needs_review,
    }
    return orjson.dumps(shown).decode()
