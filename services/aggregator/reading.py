"""Reads one batch or document, under row-level security: what a tenant asks for and nothing else."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from services.aggregator.tables import batches, documents, timeline
from services.aggregator.views import (
    Batch,
    DocumentWithTimeline,
    batch_view,
    document_with_timeline,
)
from shared.db import Transaction, rows

_KNOWN = batches.c.created_at.is_not(None) & ~batches.c.hidden

_ERRORS = """
SELECT batch_id, error ->> 'category' AS category, count(*) AS count, min(error ->> 'message') AS message,
  max((error ->> 'attempts')::int) AS attempts, max(finished_at) AS latest_at
FROM documents WHERE batch_id = ANY($1::uuid[]) AND status = 'failed'
GROUP BY batch_id, category ORDER BY count DESC, category
"""


async def is_known(tx: Transaction, batch_id: UUID) -> bool:
    """Whether the batch was heard of, and is the tenant's."""
    return bool((await tx.execute(select(batches.c.batch_id).where(_KNOWN, batches.c.batch_id == batch_id))).first())


async def read_batch(tx: Transaction, batch_id: UUID) -> Batch | None:
    """None for a batch that was not heard of yet, or is another tenant's."""
    found = (await tx.execute(select(batches).where(_KNOWN, batches.c.batch_id == batch_id))).all()
    return (await with_errors(tx, found))[0] if found else None


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


async def with_errors(tx: Transaction, found: Sequence[Any]) -> list[Batch]:
    """Rows of `batches` as they are shown, with why their documents failed."""
    failing = [row.batch_id for row in found if row.failed]
    errors = await rows(tx, _ERRORS, failing) if failing else []
    return [batch_view(row, [error for error in errors if error.batch_id == row.batch_id]) for row in found]
