"""Erases single deleted documents when their pair has ended, as erasure.py does with batches, and sweeps up after them."""

from datetime import timedelta
from typing import Any

import structlog

from services.ingest.contents import erase_pages
from shared.db import Database, Transaction, rows, run_sql
from shared.events import DocumentDeleted
from shared.outbox import publish
from shared.storage import Storage

log = structlog.get_logger()

_AT_ONCE = 50

_DUE = """
SELECT d.tenant_id, d.batch_id, d.document_id, d.generation, d.sha256, d.object_key, d.erased_at IS NOT NULL AS erased
FROM documents d JOIN batches b ON b.tenant_id = d.tenant_id AND b.batch_id = d.batch_id
WHERE d.deleted_at < now() - $1::interval AND d.swept_at IS NULL AND b.deleted_at IS NULL
  AND (d.erased_at < now() - $2::interval OR d.erased_at IS NULL AND d.status <> 'uploaded')
ORDER BY d.deleted_at LIMIT $3
"""
# The row stays, blank, and so does the place in the batch's list: a tombstone.
_BLANK = """
UPDATE documents SET file_name = '', custom_id = NULL, error = NULL, erased_at = now()
WHERE tenant_id = $1 AND document_id = $2
"""
_BLANK_IN_LIST = """
UPDATE batches b SET created_event = jsonb_set(created_event, '{data,files}', (
  SELECT jsonb_agg(CASE WHEN file ->> 'document_id' = $3::uuid::text
    THEN file || '{"file_name": "", "custom_id": null}' ELSE file END ORDER BY place)
  FROM jsonb_array_elements(created_event #> '{data,files}') WITH ORDINALITY AS f (file, place)))
WHERE tenant_id = $1 AND batch_id = $2 AND created_event IS NOT NULL
"""
_FINISH = """
UPDATE documents SET swept_at = now(), sha256 = '', object_key = NULL, text_key = NULL
WHERE tenant_id = $1 AND document_id = $2
"""


async def erase_deleted_documents(db: Database, storage: Storage, *, grace: timedelta, sweep_after: timedelta) -> int:
    """Objects first, then rows and the news; returns how many documents were erased or swept."""
    async with db.transaction() as tx:
        due = await rows(tx, _DUE, grace, sweep_after, _AT_ONCE)
    for document in due:
        await _erase_objects(db, storage, document)
        async with db.transaction() as tx:
            await (_finish(tx, document) if document.erased else _erase_rows(tx, document))
        log.info("document_swept" if document.erased else "document_erased", document=str(document.document_id))
    return len(due)


async def _erase_objects(db: Database, storage: Storage, document: Any) -> None:
    if document.object_key:
        await storage.delete(document.object_key)
    await storage.delete_prefix(f"results/{document.tenant_id}/{document.batch_id}/{document.document_id}/")
    sha256, of = document.sha256, document.document_id
    await erase_pages(db, storage, tenant_id=document.tenant_id, sha256=sha256, of=of)


async def _erase_rows(tx: Transaction, document: Any) -> None:
    await run_sql(tx, _BLANK, document.tenant_id, document.document_id)
    await run_sql(tx, _BLANK_IN_LIST, document.tenant_id, document.batch_id, document.document_id)
    await publish(tx, [deleted_event(document)])
    await run_sql(
        tx,
        "DELETE FROM dead_letters WHERE type LIKE 'document.%' AND position($1::bytea IN body) > 0",
        str(document.document_id).encode(),
    )


async def _finish(tx: Transaction, document: Any) -> None:
    await run_sql(tx, _FINISH, document.tenant_id, document.document_id)


def deleted_event(document: Any) -> DocumentDeleted:
    """What the others hear when nothing is left of it here."""
    return DocumentDeleted(
        tenant_id=document.tenant_id,
        batch_id=document.batch_id,
        document_id=document.document_id,
        generation=document.generation,
    )
