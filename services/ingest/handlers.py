"""Events in, one short transaction: ingest follows what others decided about its documents and batches."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from services.ingest.preview_ends import keep_preview_ends
from services.ingest.reasking import retell_batch
from services.ingest.settlement import Terminal, settle
from shared.db import Transaction, after_commit, rows, run_sql
from shared.errors import Category, Stage
from shared.events import (
    BatchCompleted,
    BatchMissed,
    DocumentCancelled,
    DocumentExtracted,
    DocumentFailed,
)
from shared.metrics import DOCUMENT_ERRORS, DOCUMENT_SECONDS, DOCUMENTS_FINISHED
from shared.outbox import publish

# Locked in the order in which a retry locks them.
_END = """
WITH u AS MATERIALIZED (
  SELECT u.* FROM documents d
  JOIN unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[])
    AS u (tenant_id, document_id, generation, status, error) USING (tenant_id, document_id)
  ORDER BY d.document_id FOR NO KEY UPDATE OF d)
UPDATE documents d SET status = u.status, error = u.error::jsonb, told_at = now() FROM u
LEFT JOIN quota_ledger r ON r.tenant_id = u.tenant_id AND r.document_id = u.document_id AND r.generation = u.generation
  AND r.kind = 'reserve'
WHERE d.tenant_id = u.tenant_id AND d.document_id = u.document_id AND d.generation = u.generation AND d.status = 'uploaded'
RETURNING u.status, u.error::jsonb AS error, extract(epoch FROM clock_timestamp() - r.at)::float8 AS seconds
"""


async def on_document_ended(events: Sequence[Terminal], *, tx: Transaction) -> None:
    """The first terminal event of a generation ends its pair and settles its pages; a repeated one changes nothing."""
    ended = await rows(
        tx,
        _END,
        [event.tenant_id for event in events],
        [event.document_id for event in events],
        [event.generation for event in events],
        [_status(event) for event in events],
        [event.error.model_dump_json() if isinstance(event, DocumentFailed) else None for event in events],
    )
    after_commit(tx, partial(_count, ended))
    await keep_preview_ends(tx, events)
    await publish(tx, await settle(events, tx=tx))


async def on_batch_completed(events: Sequence[BatchCompleted], *, tx: Transaction) -> None:
    """The status of a batch; what tells of an earlier generation than the last changes nothing."""
    await run_sql(
        tx,
        "UPDATE batches b SET status = u.status, completed_generation = u.generation, told_at = now() FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[])"
        " AS u (tenant_id, batch_id, generation, status)"
        " WHERE b.tenant_id = u.tenant_id AND b.batch_id = u.batch_id AND b.generation = u.generation",
        [event.tenant_id for event in events],
        [event.batch_id for event in events],
        [event.generation for event in events],
        [event.status.value for event in events],
    )


async def on_batch_missed(events: Sequence[BatchMissed], *, tx: Transaction) -> None:
    """A service lacks something of these batches: tell everything about them again."""
    for tenant_id, batch_id in sorted({(event.tenant_id, event.batch_id) for event in events}):
        await retell_batch(tx, tenant_id, batch_id)


def begin_at_zero() -> None:
    """What is there from the start is seen to grow from the first time on."""
    for outcome in ("completed", "failed", "cancelled"):
        DOCUMENTS_FINISHED.labels(outcome)
    for category in Category:
        DOCUMENT_ERRORS.labels(Stage.CLASSIFY, category)
        DOCUMENT_ERRORS.labels(Stage.EXTRACT, category)


def _count(ended: Sequence[Any]) -> None:
    for document in ended:
        DOCUMENTS_FINISHED.labels(document.status).inc()
        if document.error:
            DOCUMENT_ERRORS.labels(document.error["stage"], document.error["category"]).inc()
        if document.status == "completed" and document.seconds is not None:
            DOCUMENT_SECONDS.observe(document.seconds)


def _status(event: Terminal) -> str:
    match event:
        case DocumentExtracted():
            return "completed"
        case DocumentFailed():
            return "failed"
        case DocumentCancelled():
            return "cancelled"
