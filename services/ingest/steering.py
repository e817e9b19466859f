"""Cancel and delete: decided under the lock of the batch's row, told to the others in the same transaction."""

from typing import Any
from uuid import UUID

from shared.audit import record
from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.events import BatchCancelRequested
from shared.http import ApiError, not_found
from shared.outbox import publish

OPEN = {"queued", "processing"}
_ALL_BATCHES = {"admin", "operator"}

_STOP = """
UPDATE batches SET stop_event = $3, told_at = now(), status = CASE WHEN status = ANY($4) THEN 'cancelling' ELSE status END
WHERE tenant_id = $1 AND batch_id = $2
"""


async def lock_batch(tx: Transaction, batch_id: UUID, caller: Identity) -> Any:
    """The batch's row, locked until the transaction ends.

    Raises ApiError: 404 for a batch that is not there (or deleted), 403 for one that the caller may only look at, 409 while
    it is still being uploaded.
    """
    found = await rows(
        tx,
        "SELECT batch_id, status, generation, created_by, deleted_at FROM batches"
        " WHERE tenant_id = $1 AND batch_id = $2 AND kind = 'batch' FOR UPDATE",
        caller.tenant_id,
        batch_id,
    )
    if not found:
        raise not_found("batch")
    (batch,) = found
    check_may_steer(batch.created_by, caller)
    if batch.status == "pending_upload":
        raise ApiError(409, "batch_not_ready", "This batch is still being uploaded.", retryable=True, retry_after=1)
    return batch


def check_may_steer(created_by: str, caller: Identity) -> None:
    """Raises ApiError 403 for a batch that the caller may only look at."""
    own = caller.role != "viewer" and created_by == caller.user
    if caller.role not in _ALL_BATCHES and not own:
        raise ApiError(403, "not_your_batch", "Only its creator and admins may steer this batch.")


async def cancel_batch(tx: Transaction, batch_id: UUID, caller: Identity) -> str:
    """Stop what has not ended; returns the batch's status. Asking again changes nothing.

    Raises ApiError 409 for a batch that came to another end.
    """
    batch = await lock_batch(tx, batch_id, caller)
    if batch.status in {"cancelling", "cancelled"}:
        return str(batch.status)
    if batch.status not in OPEN:
        raise ApiError(409, "batch_has_ended", f"This batch is {batch.status} already: there is nothing to stop.")
    await _stop(tx, batch, caller, deleting=False)
    await record(tx, caller, "batch.cancel", batch_id, {"generation": batch.generation})
    return "cancelling"


async def delete_batch(tx: Transaction, batch_id: UUID, caller: Identity) -> None:
    """Hide the batch and stop it; it is erased when its last pair has ended. Asking again changes nothing.

    Needs the worker's role: what is deleted, the API's role does not see.
    """
    batch = await lock_batch(tx, batch_id, caller)
    if batch.deleted_at:
        return
    await _stop(tx, batch, caller, deleting=True)
    await run_sql(
        tx,
        "UPDATE batches SET deleted_at = now(), idempotency_key = NULL WHERE tenant_id = $1 AND batch_id = $2",
        caller.tenant_id,
        batch_id,
    )
    await record(tx, caller, "batch.delete", batch_id, {"status": batch.status})


async def _stop(tx: Transaction, batch: Any, caller: Identity, *, deleting: bool) -> None:
    stop = BatchCancelRequested(
        tenant_id=caller.tenant_id,
        batch_id=batch.batch_id,
        generation=batch.generation,
        requested_by=caller.user,
        deleting=deleting,
    )
    await run_sql(tx, _STOP, caller.tenant_id, batch.batch_id, stop.to_bytes(), sorted(OPEN))
    await publish(tx, [stop])
