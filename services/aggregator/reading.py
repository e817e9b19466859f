"""Reads one batch or document, under row-level security: what a tenant asks for and nothing else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from services.aggregator.eta import OpenBatch, Prospect, prospect_of, prospects
from services.aggregator.tables import batches, documents, timeline
from services.aggregator.views import (
    Batch,
    DocumentWithTimeline,
    batch_view,
    document_with_timeline,
)
from shared.db import Transaction, rows
from shared.vocabulary import BatchStatus, Priority

_KNOWN = batches.c.created_at.is_not(None) & ~batches.c.hidden

_ERRORS = """
SELECT batch_id, error ->> 'category' AS category, count(*) AS count, min(error ->> 'message') AS message,
  max((error ->> 'attempts')::int) AS attempts, max(finished_at) AS latest_at
FROM documents WHERE batch_id = ANY($1::uuid[]) AND status = 'failed'
GROUP BY batch_id, category ORDER BY count DESC, category
"""


_RETRIES = """
SELECT batch_id, max(retries) FROM documents WHERE batch_id = ANY($1::uuid[]) AND retries > 0 GROUP BY batch_id
"""

_OPEN = """
SELECT batch_id, priority, queued + in_progress, created_at FROM batches
WHERE status IN ('queued', 'processing') AND created_at IS NOT NULL AND NOT hidden LIMIT 1000
"""

_ENDED = """
SELECT finished_at FROM documents WHERE finished_at IS NOT NULL AND reached > 0 AND status <> 'cancelled'
ORDER BY finished_at DESC LIMIT 100
"""

_GOING_ON = {BatchStatus.QUEUED, BatchStatus.PROCESSING}


async def is_known(tx: Transaction, batch_id: UUID) -> bool:
    """Whether the batch was heard of, and is the tenant's."""
    return bool((await tx.execute(select(batches.c.batch_id).where(_KNOWN, batches.c.batch_id == batch_id))).first())


async def read_batch(tx: Transaction, batch_id: UUID) -> Batch | None:
    """None for a batch that was not heard of yet, or is another tenant's."""
    found = (await tx.execute(select(batches).where(_KNOWN, batches.c.batch_id == batch_id))).all()
    return (await shown(tx, found))[0] if found else None


async def read_document(tx: Transaction, document_id: UUID) -> DocumentWithTimeline | None:
    """None for a document that was not heard of yet, or is another tenant's."""
    hidden = exists().where(
        batches.c.tenant_id == documents.c.tenant_id, batches.c.batch_id == documents.c.batch_id, batches.c.hidden
    )
    wanted = select(documents).where(documents.c.document_id == document_id, ~hidden)
    found = (await tx.execute(wanted)).one_or_none()
    if found is None:
        return None
    steps = select(timeline).where(timeline.c.document_id == document_id).order_by(timeline.c.at, timeline.c.event_id)
    return document_with_timeline(found, (await tx.execute(steps)).all())


async def shown(tx: Transaction, found: Sequence[Any]) -> list[Batch]:
    """Rows of `batches` as they are shown: with why their documents failed, and when they will be done."""
    failing = [row.batch_id for row in found if row.failed]
    errors = await rows(tx, _ERRORS, failing) if failing else []
    retries = dict((await rows(tx, _RETRIES, [row.batch_id for row in found])) if found else [])
    expected = await _prospects(tx) if any(row.status in _GOING_ON for row in found) else {}
    return [
        batch_view(
            row,
            [error for error in errors if error.batch_id == row.batch_id],
            max_retries=retries.get(row.batch_id, 0),
            prospect=expected.get(row.batch_id),
        )
        for row in found
    ]


async def has_reached(tx: Transaction, batch_id: UUID, version: int) -> bool:
    """Whether the batch is known in this version, or a later one."""
    wanted = select(batches.c.batch_id).where(_KNOWN, batches.c.batch_id == batch_id, batches.c.generation >= version)
    return bool((await tx.execute(wanted)).first())


async def read_estimate(tx: Transaction, *, documents: int, priority: Priority) -> Prospect:
    """What to expect of a batch that was not handed in yet."""
    newcomer = OpenBatch(UUID(int=0), priority, documents, datetime.now(UTC))
    return prospect_of(newcomer, *await _going_on(tx))


async def _prospects(tx: Transaction) -> dict[UUID, Prospect]:
    return prospects(*await _going_on(tx), now=datetime.now(UTC))


async def _going_on(tx: Transaction) -> tuple[list[OpenBatch], list[datetime]]:
    """The tenant's open batches, and when its last documents ended, the latest first."""
    open_ones = [OpenBatch(row[0], Priority(row[1]), row[2], row[3]) for row in await rows(tx, _OPEN)]
    return open_ones, [row.finished_at for row in await rows(tx, _ENDED)]
