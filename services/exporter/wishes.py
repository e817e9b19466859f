"""A batch can ask for its export at its creation: it is enqueued when the batch has completed, once a generation."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid5

from sqlalchemy.dialects.postgresql import insert

from services.exporter.requests import ExportRequest, export_job, export_row
from services.exporter.tables import exports
from shared.cloudevent import NAMESPACE, Event
from shared.db import Transaction, rows, run_sql
from shared.jobs import enqueue

_FULFILLABLE = """
SELECT b.tenant_id, b.batch_id, b.created_by, b.wish, b.completed_generation
FROM unnest($1::uuid[], $2::uuid[]) AS touched (tenant_id, batch_id)
JOIN export_batches b USING (tenant_id, batch_id)
WHERE b.wish IS NOT NULL AND b.completed_generation > 0
"""

# Exports that wait for these batches need not wait for their next look.
_WAKE = "UPDATE jobs SET run_at = clock_timestamp() WHERE state = 'd' AND batch_id = ANY($1::uuid[])"


async def fulfil_wishes(tx: Transaction, events: Sequence[Event]) -> None:
    """Enqueue what the batches of these events have asked for, if they are complete. Doing it again changes nothing."""
    batches = [event.batch_id for event in events]
    wished = await rows(tx, _FULFILLABLE, [event.tenant_id for event in events], batches)
    for batch in wished:
        export_id = uuid5(NAMESPACE, f"export|{batch.batch_id}|{batch.completed_generation}")
        request = ExportRequest(batch_id=batch.batch_id, **batch.wish)
        row = export_row(request, export_id, tenant_id=batch.tenant_id, user=batch.created_by, now=datetime.now(UTC))
        await tx.execute(insert(exports).on_conflict_do_nothing(), row)
        await enqueue(tx, [export_job(row, generation=batch.completed_generation)])
    await run_sql(tx, _WAKE, batches)
