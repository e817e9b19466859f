"""Cancel and delete one document: decided under the lock of its batch's row, told to the others in the same transaction."""

from typing import Any
from uuid import UUID

from services.ingest.steering import lock_batch
from shared.audit import record
from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.events import DocumentCancelRequested
from shared.http import ApiError, not_found
from shared.outbox import publish


async def batch_of(tx: Transaction, document_id: UUID, caller: Identity) -> UUID:
    """Raises ApiError 404 for a document that is not there."""
    found = await rows(
        tx,
        "SELECT batch_id FROM documents WHERE tenant_id = $1 AND document_id = $2",
        caller.tenant_id,
        document_id,
    )
    if not found:
        raise not_found("document")
    return UUID(str(found[0].batch_id))


async def cancel_document(tx: Transaction, document_id: UUID, caller: Identity) -> str:
    """Stop it if it has not ended; returns its status, `cancelling` until its service has agreed. Asking again changes nothing.

    Raises ApiError 409 for a document that came to another end.
    """
    document = await _lock(tx, document_id, caller)
    if document.status == "cancelled":
        return "cancelled"
    if document.status != "uploaded":
        raise ApiError(
            409, "document_has_ended", f"This document is {document.status} already: there is nothing to stop."
        )
    if document.stop_event is None:
        await _tell(tx, document, _stop(document, caller, deleting=False))
        await record(tx, caller, "document.cancel", document.batch_id, {"document_id": str(document_id)})
    return "cancelling"


async def delete_document(tx: Transaction, document_id: UUID, caller: Identity) -> None:
    """Hide the document and stop it; it is erased when its pair has ended. Asking again changes nothing.

    Needs the worker's role: what is deleted, the API's role does not see.
    """
    document = await _lock(tx, document_id, caller)
    if document.deleted_at:
        return
    await _tell(tx, document, _stop(document, caller, deleting=True))
    await run_sql(
        tx,
        "UPDATE documents SET deleted_at = now() WHERE tenant_id = $1 AND document_id = $2",
        caller.tenant_id,
        document_id,
    )
    details = {"document_id": str(document_id), "status": document.status}
    await record(tx, caller, "document.delete", document.batch_id, details)


async def _lock(tx: Transaction, document_id: UUID, caller: Identity) -> Any:
    """The document's row, its batch's locked before it, as everybody locks them."""
    batch = await lock_batch(tx, await batch_of(tx, document_id, caller), caller)
    if batch.deleted_at:
        raise not_found("document")
    (document,) = await rows(
        tx,
        "SELECT tenant_id, batch_id, document_id, generation, status, stop_event, deleted_at FROM documents"
        " WHERE tenant_id = $1 AND document_id = $2 FOR UPDATE",
        caller.tenant_id,
        document_id,
    )
    return document


def _stop(document: Any, caller: Identity, *, deleting: bool) -> DocumentCancelRequested:
    return DocumentCancelRequested(
        tenant_id=document.tenant_id,
        batch_id=document.batch_id,
        document_id=document.document_id,
        generation=document.generation,
        requested_by=caller.user,
        deleting=deleting,
    )


async def _tell(tx: Transaction, document: Any, stop: DocumentCancelRequested) -> None:
    await run_sql(
        tx,
        "UPDATE documents SET stop_event = $3, told_at = now() WHERE tenant_id = $1 AND document_id = $2",
        document.tenant_id,
        document.document_id,
        stop.to_bytes(),
    )
    await publish(tx, [stop])
