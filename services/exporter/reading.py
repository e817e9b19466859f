"""Reads exports under row-level security: each with its file and with what the queue knows of its job.

Exports of deleted batches expired at the beginning of time: they are not there.
"""

from typing import Any
from uuid import UUID

from shared.db import Transaction, rows, run_sql
from shared.paging import Cursor

_EXPORTS = """
SELECT e.*, f.object_key, f.file_name, f.media_type, f.size, f.rows, coalesce(f.documents, e.ended) AS documents,
  coalesce(f.total_documents, e.total) AS total_documents, f.notes, f.finished_at, j.state::text AS state, j.error
FROM exports e
LEFT JOIN export_files f USING (tenant_id, export_id)
LEFT JOIN jobs j ON j.subject = e.export_id
"""


_STOP = "UPDATE exports SET cancelled_at = now() WHERE export_id = $1 AND cancelled_at IS NULL"
_DISCARD = "UPDATE exports SET cancelled_at = coalesce(cancelled_at, now()), expires_at = now() WHERE export_id = $1"


async def stop_export(tx: Transaction, export_id: UUID) -> bool:
    """Whoever makes it stops within a second; what is ready stays. Whether it was not stopped before."""
    return bool((await run_sql(tx, _STOP, export_id)).rowcount)


async def discard_export(tx: Transaction, export_id: UUID) -> None:
    """It expires now, and its file goes with it."""
    await run_sql(tx, _DISCARD, export_id)


async def read_export(tx: Transaction, export_id: UUID) -> Any:
    """None for an export that is not there, or is another tenant's."""
    found = await rows(tx, _EXPORTS + "WHERE isfinite(e.expires_at) AND e.export_id = $1", export_id)
    return found[0] if found else None


async def read_exports(tx: Transaction, *, limit: int, cursor: Cursor | None, batch_id: UUID | None) -> list[Any]:
    """Newest first, those after the cursor."""
    found = await rows(
        tx,
        _EXPORTS
        + "WHERE isfinite(e.expires_at) AND ($1::uuid IS NULL OR e.batch_id = $1 OR $1 = ANY(e.batch_ids))"
        + " AND ($2::timestamptz IS NULL OR (e.created_at, e.export_id) < ($2, $3::uuid))"
        + " ORDER BY e.created_at DESC, e.export_id DESC LIMIT $4",
        batch_id,
        cursor.created_at if cursor else None,
        cursor.id if cursor else None,
        limit,
    )
    return list(found)
