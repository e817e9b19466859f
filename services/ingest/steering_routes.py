"""Steering over HTTP: cancel, retry, delete, and the log of who did it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.ingest.audit import AuditPage, read_audit
from services.ingest.open_batches import cancel_open_batch
from services.ingest.retries import RetryWish, retry_batch
from services.ingest.steering import cancel_batch, delete_batch
from shared.auth import Caller
from shared.bell import Bell
from shared.db import Database
from shared.http import ApiError
from shared.paging import Cursor


class Steered(BaseModel):
    """The batch after what was asked for."""

    id: UUID
    status: str


class Retried(BaseModel):
    """The generation that was opened, and the documents in it."""

    id: UUID
    generation: int
    documents: list[UUID]


def router(*, db: Database, api_db: Database, bell: Bell) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/batches/{batch_id}/cancel", status_code=202, tags=["batches"])
    async def cancel(batch_id: UUID, caller: Caller) -> Steered:
        """Stop a batch: nothing of it starts any more, and what runs is dropped. Results that are there stay."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            status = await cancel_batch(tx, batch_id, caller)
        bell.ring()
        return Steered(id=batch_id, status=status)

    @routes.post("/api/batches/{batch_id}/retry", status_code=202, tags=["batches"])
    async def retry(batch_id: UUID, caller: Caller, wish: RetryWish | None = None) -> Retried:
        """Read failed and cancelled documents again; or, with another prompt or schema, completed ones too."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            retried = await retry_batch(tx, batch_id, wish or RetryWish(), caller)
        bell.ring()
        return Retried(id=batch_id, generation=retried.generation, documents=list(retried.documents))

    @routes.delete("/api/batches/{batch_id}", status_code=204, tags=["batches"])
    async def delete(batch_id: UUID, caller: Caller) -> None:
        """Delete a batch with its files, results and exports. It is gone from sight at once and cannot come back.

        One that is still open is cancelled with all its uploads.
        """
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            if await cancel_open_batch(tx, batch_id, caller):
                return
        async with db.transaction() as tx:
            await delete_batch(tx, batch_id, caller)
        bell.ring()

    @routes.get("/api/audit", tags=["audit"])
    async def list_audit(
        caller: Caller,
        *,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: str | None = None,
        batch_id: UUID | None = None,
    ) -> AuditPage:
        """Who cancelled, retried and deleted what, newest first. For admins."""
        if caller.role not in {"admin", "operator"}:
            raise ApiError(403, "admins_only", "Only admins may read the audit log.")
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return await read_audit(tx, limit=limit, cursor=Cursor.read(cursor) if cursor else None, batch_id=batch_id)

    return routes
