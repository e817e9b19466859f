"""Reads the projections, under row-level security: what a tenant asks for and nothing else."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, tuple_

from services.aggregator.tables import batches, documents, timeline
from services.aggregator.views import (
    Batch,
    BatchPage,
    DocumentPage,
    DocumentWithTimeline,
    batch_view,
    document_view,
    document_with_timeline,
)
from shared.db import Transaction, rows
from shared.paging import Cursor
from shared.vocabulary import BatchStatus, DocumentStatus

_KNOWN = batches.c.created_at.is_not(None) & ~batches.c.hidden

_ERRORS = """
SELECT batch_id, error ->> 'category' AS category, count(*) AS count, min(error ->> 'message') AS message,
  max((error ->> 'attempts')::int) AS attempts, max(finished_at) AS latest_at
FROM documents WHERE batch_id = ANY($1::uuid[]) AND status = 'failed'
GROUP BY batch_id, category ORDER BY count DESC, category
"""


async def read_batches(
    tx: Transaction, *, limit: int, cursor: Cursor | None, status: Sequence[BatchStatus], search: str | None
) -> BatchPage:
    """Newest first, with the filters given."""
    wanted: list[ColumnElement[bool]] = [_KNOWN]
    if cursor:
        wanted.append(tuple_(batches.c.created_at, batches.c.batch_id) < tuple_(*cursor))
    if status:
        wanted.append(batches.c.status.in_([value.value for value in status]))
    if search:
        wanted.append(batches.c.name.icontains(search, autoescape=True))
    newest_first = (batches.c.created_at.desc(), batches.c.batch_id.desc())
    found = (await tx.execute(select(batches).where(*wanted).order_by(*newest_first).limit(limit + 1))).all()
    items = await _with_errors(tx, found[:limit])
    last = items[-1] if len(found) > limit else None
    return BatchPage(items=items, next_cursor=str(Cursor(last.created_at, last.id)) if last else None)


async def is_known(tx: Transaction, batch_id: UUID) -> bool:
    """Whether the batch was heard of, and is the tenant's."""
    return bool((await tx.execute(select(batches.c.batch_id).where(_KNOWN, batches.c.batch_id == batch_id))).first())


async def read_batch(tx: Transaction, batch_id: UUID) -> Batch | None:
    """None for a batch that was not heard of yet, or is another tenant's."""
    found = (await tx.execute(select(batches).where(_KNOWN, batches.c.batch_id == batch_id))).all()
    return (await _with_errors(tx, found))[0] if found else None


async def read_documents(
    tx: Transaction, batch_id: UUID, *, limit: int, first: int, status: Sequence[DocumentStatus]
) -> DocumentPage:
    """The documents of a batch in the order they were handed in; `first` is the position to begin at."""
    wanted = [documents.c.batch_id == batch_id, documents.c.position >= first]
    if status:
        wanted.append(documents.c.status.in_([value.value for value in status]))
    statement = (
        select(documents).where(*wanted).order_by(documents.c.position, documents.c.document_id).limit(limit + 1)
    )
    found = (await tx.execute(statement)).all()
    more = str(found[limit].position) if len(found) > limit else None
    return DocumentPage(items=[document_view(row) for row in found[:limit]], next_cursor=more)


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


async def _with_errors(tx: Transaction, found: Sequence[Any]) -> list[Batch]:
    failing = [row.batch_id for row in found if row.failed]
    errors = await rows(tx, _ERRORS, failing) if failing else []
    return [batch_view(row, [error for error in errors if error.batch_id == row.batch_id]) for row in found]
