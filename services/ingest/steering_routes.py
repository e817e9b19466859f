"""Steering over HTTP: cancel, retry, delete."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.ingest.admission import admit
from services.ingest.batch_changes import BatchChange, change_batch
from services.ingest.open_batches import cancel_open_batch
from services.ingest.reasking import retell_batch
from services.ingest.retries import RetryWish, retry_batch
from services.ingest.steering import cancel_batch, delete_batch, lock_batch
from shared.audit import record
from shared.auth import Caller, Identity
from shared.bell import Bell
from shared.db import Database, Transaction
from shared.events import BatchUpdated
from shared.http import not_found


class Steered(BaseModel):
    """The batch after what was asked for."""

    id: UUID
    status: str


class Retried(BaseModel):
    """The generation that was opened, and the documents in it."""

    id: UUID
    generation: int
    documents: list[UUID]


def router(*, db: Database, api_db: Database, bell: Bell, upgrade_hint: str) -> APIRouter:
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
        await admit(api_db, caller, action="retry", upgrade_hint=upgrade_hint)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            retried = await retry_batch(tx, batch_id, wish or RetryWish(), caller, upgrade_hint=upgrade_hint)
        bell.ring()
        return Retried(id=batch_id, generation=retried.generation, documents=list(retried.documents))

    @routes.patch("/api/batches/{batch_id}", tags=["batches"])
    async def change(batch_id: UUID, change: BatchChange, caller: Caller) -> BatchUpdated:
        """Rename a batch, or change the priority of what of it has not begun yet."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            updated = await change_batch(tx, batch_id, change, caller)
        bell.ring()
        return updated

    @routes.post("/api/batches/{batch_id}/retell", status_code=202, tags=["batches"])
    async def retell(batch_id: UUID, caller: Caller) -> Steered:
        """Tell all services everything about a batch again. It repairs what one of them missed, and changes nothing else."""
        async with db.transaction() as tx:  # as the worker: what was deleted is told of as well
            status = await _retell(tx, batch_id, caller)
        bell.ring()
        return Steered(id=batch_id, status=status)

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

    return routes


async def _retell(tx: Transaction, batch_id: UUID, caller: Identity) -> str:
    """Its status."""
    batch = await lock_batch(tx, batch_id, caller)
    if batch.deleted_at:
        raise not_found("batch")
    await retell_batch(tx, caller.tenant_id, batch_id)
    await record(tx, caller, "batch.retell", batch_id, {})
    return str(batch.status)
