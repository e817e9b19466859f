"""Steering of single documents over HTTP."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.ingest.admission import admit
from services.ingest.document_steering import batch_of, cancel_document, delete_document
from services.ingest.retries import RetryWish, retry_batch
from shared.auth import Caller
from shared.bell import Bell
from shared.db import Database
from shared.http import ApiError


class SteeredDocument(BaseModel):
    """The document after what was asked for."""

    id: UUID
    batch_id: UUID
    status: str
    generation: int | None = None


def document_router(*, db: Database, api_db: Database, bell: Bell, upgrade_hint: str) -> APIRouter:
    routes = APIRouter(prefix="/api/documents/{document_id}", tags=["documents"])

    @routes.post("/cancel", status_code=202)
    async def cancel_one(document_id: UUID, caller: Caller) -> SteeredDocument:
        """Stop one document. The others of its batch go on."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            batch_id = await batch_of(tx, document_id, caller)
            status = await cancel_document(tx, document_id, caller)
        bell.ring()
        return SteeredDocument(id=document_id, batch_id=batch_id, status=status)

    @routes.post("/retry", status_code=202)
    async def retry_one(document_id: UUID, caller: Caller, wish: RetryWish | None = None) -> SteeredDocument:
        """Read one document again: one that failed or was cancelled, or, with another prompt or schema, a completed one."""
        if wish and wish.document_ids:
            raise ApiError(422, "invalid_request", "document_ids: the document is named by the path.")
        await admit(api_db, caller, action="retry", upgrade_hint=upgrade_hint)
        wanted = (wish or RetryWish()).model_copy(update={"document_ids": [document_id]})
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            batch_id = await batch_of(tx, document_id, caller)
            retried = await retry_batch(tx, batch_id, wanted, caller, upgrade_hint=upgrade_hint)
        bell.ring()
        return SteeredDocument(id=document_id, batch_id=batch_id, status="uploaded", generation=retried.generation)

    @routes.delete("", status_code=204)
    async def delete_one(document_id: UUID, caller: Caller) -> None:
        """Delete one document with its file, results and the exports that hold it. The usage it was charged for stays."""
        async with db.transaction() as tx:
            await delete_document(tx, document_id, caller)
        bell.ring()

    return routes
