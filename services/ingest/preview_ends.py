"""How previews end: each document's end is kept as it was heard, until the preview is gone."""

from collections.abc import Iterable
from typing import Any

from services.ingest.settlement import Terminal
from shared.db import Transaction, rows, run_sql
from shared.events import BatchCancelRequested
from shared.outbox import publish

_EXPIRED = """
SELECT tenant_id, batch_id, generation FROM batches
WHERE kind = 'preview' AND deleted_at IS NULL AND expires_at < now() AND status <> 'pending_upload' LIMIT 100 FOR UPDATE
"""


async def keep_preview_ends(tx: Transaction, events: Iterable[Terminal]) -> None:
    """The first end of each document of a preview; nothing for all others."""
    kept = [event for event in events if event.preview]
    if kept:
        await run_sql(
            tx,
            "INSERT INTO preview_ends (tenant_id, document_id, batch_id, event)"
            " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[]) ON CONFLICT DO NOTHING",
            [event.tenant_id for event in kept],
            [event.document_id for event in kept],
            [event.batch_id for event in kept],
            [event.to_bytes() for event in kept],
        )


async def expire_previews(tx: Transaction) -> int:
    """Delete the previews of yesterday, as a batch is deleted; returns how many."""
    expired = await rows(tx, _EXPIRED)
    for preview in expired:
        await delete_preview(tx, preview, user="ingestio")
    return len(expired)


async def delete_preview(tx: Transaction, preview: Any, *, user: str) -> None:
    """Hide it and stop what still runs; it is erased with the deleted batches. Needs the worker's role."""
    stop = BatchCancelRequested(
        tenant_id=preview.tenant_id,
        batch_id=preview.batch_id,
        generation=preview.generation,
        preview=True,
        requested_by=user,
        deleting=True,
    )
    await run_sql(
        tx,
        "UPDATE batches SET deleted_at = now(), stop_event = $3 WHERE tenant_id = $1 AND batch_id = $2",
        preview.tenant_id,
        preview.batch_id,
        stop.to_bytes(),
    )
    await publish(tx, [stop])
