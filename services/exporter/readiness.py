"""Whether everything an export is about has arrived: the rows may lag behind the events, and none may be lost."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.db import Transaction, rows
from shared.errors import Category, Permanent, Throttled
from shared.tombstones import gone

_LOOK_AGAIN_FOR_ROWS = 0.5  # seconds
_LOOK_AGAIN_FOR_THE_END = 5.0  # the end of a batch rings; this is for what no bell rings for

# Complete: every generation up to the completed one was heard of and none after it, and its rows are all here, those of
# deleted documents too.
_BATCH = """
SELECT b.name, d.total, d.ended, true AS known, b.completed_generation > 0 AS told_of_end,
  cardinality(b.opened) >= b.completed_generation AND (SELECT max(g) FROM unnest(b.opened) AS g) = b.completed_generation
    AND d.ready >= b.ended AS complete
FROM export_batches b CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE status IS DISTINCT FROM 'deleted') AS total,
    count(*) FILTER (WHERE status <> 'deleted') AS ended,
    count(*) FILTER (WHERE status IS NOT NULL AND generation >= awaited) AS ready
  FROM export_documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id
) AS d
WHERE b.tenant_id = $1 AND b.batch_id = $2 AND b.name IS NOT NULL
"""
_SELECTION = """
SELECT 'documents' AS name, cardinality($2::uuid[]) AS total, count(status) AS ended, false AS told_of_end,
  count(*) = cardinality($2::uuid[]) AS known,
  count(*) FILTER (WHERE status IS NOT NULL AND generation >= awaited) = cardinality($2::uuid[]) AS complete
FROM export_documents WHERE tenant_id = $1 AND document_id = ANY($2::uuid[]) AND status IS DISTINCT FROM 'deleted'
"""
_DELETED = """
SELECT subject FROM tombstones WHERE tenant_id = $1 AND subject = ANY($2::uuid[]) AND deleted
ORDER BY array_position($2::uuid[], subject) LIMIT 1
"""
_UNKNOWN = """
SELECT id FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (id, place) WHERE NOT EXISTS (
  SELECT FROM export_documents d WHERE d.tenant_id = $1 AND d.document_id = id)
ORDER BY place LIMIT 1
"""


@dataclass(frozen=True)
class Ready:
    """What an export may now be made of. `ended` may be less than `total` only when it was asked for at once."""

    name: str
    total: int
    ended: int


async def ready(tx: Transaction, export: Any, *, unknown_after: timedelta) -> Ready:
    """Raises Throttled while something is awaited, Permanent for what was deleted or nobody has told of for `unknown_after`."""
    await _refuse_deleted(tx, export)
    if export.batch_ids:
        several = [await _ready(tx, export, _BATCH, batch_id, unknown_after) for batch_id in export.batch_ids]
        name = several[0].name if len(several) == 1 else f"{len(several)} batches"
        return Ready(name, sum(one.total for one in several), sum(one.ended for one in several))
    if export.batch_id:
        return await _ready(tx, export, _BATCH, export.batch_id, unknown_after)
    return await _ready(tx, export, _SELECTION, export.document_ids, unknown_after)


async def _refuse_deleted(tx: Transaction, export: Any) -> None:
    """Also waits for a deletion under way, which has not seen that this export is made now. Later ones see it, and it goes."""
    asked = export.document_ids or export.batch_ids or [export.batch_id]
    if await gone(tx, asked) and (deleted := await rows(tx, _DELETED, export.tenant_id, asked)):
        raise Permanent(Category.NOT_FOUND, f"The {_kind(export)} {deleted[0].subject} was deleted.")


def _kind(export: Any) -> str:
    return "document" if export.document_ids else "batch"


async def _ready(tx: Transaction, export: Any, looking: str, subject: Any, unknown_after: timedelta) -> Ready:
    found = await rows(tx, looking, export.tenant_id, subject)
    if not found or not found[0].known:
        if datetime.now(UTC) - export.created_at < unknown_after:
            raise Throttled(Category.INTERNAL, "Waiting to hear of the documents.", retry_after=_LOOK_AGAIN_FOR_ROWS)
        unknown = (await rows(tx, _UNKNOWN, export.tenant_id, subject))[0].id if export.document_ids else subject
        raise Permanent(Category.NOT_FOUND, f"There is no {_kind(export)} {unknown}.")
    (state,) = found
    if export.when == "completed" and not state.complete:
        soon = _LOOK_AGAIN_FOR_ROWS if state.told_of_end else _LOOK_AGAIN_FOR_THE_END
        raise Throttled(Category.INTERNAL, "Waiting for the last documents.", retry_after=soon)
    return Ready(state.name, state.total, state.ended)
