"""Batches that wait for their files: the row that goes first, so that whatever a crash leaves behind can be found."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.ingest.steering import check_may_steer
from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.http import ApiError, not_found
from shared.many_rows import as_json

IS_OPEN = "(wish IS NOT NULL AND status = 'pending_upload')"


async def insert_pending(
    tx: Transaction,
    batch_id: UUID,
    caller: Identity,
    *,
    name: str,
    key: str | None,
    fingerprint: str,
    lasting: Mapping[str, timedelta] | None = None,
    **more: Any,
) -> Any | None:
    """Insert the batch; returns `batch_id` and `status` of an earlier one when the idempotency key was used before.

    `lasting` are columns with a time from now on. Raises ApiError 422 when the key came with another body.
    """
    lasting = lasting or {}
    values = {
        "tenant_id": caller.tenant_id,
        "batch_id": batch_id,
        "name": name,
        "status": "pending_upload",
        "idempotency_key": key,
        "fingerprint": fingerprint,
        "created_by": caller.user,
    }
    columns = ", ".join([*values, *more])
    times = "".join(f", now() + ${number}::interval" for number, _ in enumerate(lasting, start=2))
    inserted = await run_sql(
        tx,
        f"INSERT INTO batches ({', '.join([columns, *lasting])}) SELECT {columns}{times}"  # noqa: S608  # names from code
        " FROM json_populate_record(NULL::batches, $1::json) ON CONFLICT (tenant_id, idempotency_key) DO NOTHING",
        as_json(values | more),
        *lasting.values(),
    )
    if inserted.rowcount:
        return None
    (earlier,) = await rows(tx, "SELECT batch_id, fingerprint, status FROM batches WHERE idempotency_key = $1", key)
    if earlier.fingerprint != fingerprint:
        raise ApiError(
            422, "idempotency_key_reused", "This Idempotency-Key came before with another body. Use a new one."
        )
    return earlier


async def let_go_of_dead(tx: Transaction, key: str) -> None:
    """Give up the form that came under this idempotency key when whoever took it in has died over it.

    `failed` at once: should it only have been very slow, it will find that it must not queue the batch any more.
    """
    await run_sql(
        tx,
        "UPDATE batches SET status = 'failed', idempotency_key = NULL"
        " WHERE idempotency_key = $1 AND status = 'pending_upload' AND wish IS NULL AND held_until < now()",
        key,
    )


def default_name(file_names: Sequence[str]) -> str:
    """The only file's name; else how many there are, if that is known, and when."""
    day = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    if len(file_names) == 1:
        return file_names[0]
    return f"{len(file_names)} files, {day}" if file_names else f"Files of {day}"


async def lock_open_batch(tx: Transaction, batch_id: UUID, caller: Identity) -> Any:
    """Lock the row of a batch that still takes files, until the transaction ends.

    Raises ApiError: 404 for an unknown batch, 403 for one of somebody else, 409 for one that is not open or is being
    submitted right now.
    """
    found = await rows(
        tx,
        f"SELECT name, wish, expected, status, created_by, {IS_OPEN} AS open,"  # noqa: S608 -- constant
        " coalesce(held_until > now(), false) AS held FROM batches WHERE batch_id = $1 FOR UPDATE",
        batch_id,
    )
    if not found:
        raise not_found("batch")
    check_may_steer(found[0].created_by, caller)
    if not found[0].open:
        raise ApiError(409, "batch_not_open", f"The batch is {found[0].status} and takes no more files.")
    if found[0].held:
        raise ApiError(409, "batch_being_submitted", "The batch is being submitted.", retryable=True, retry_after=1)
    return found[0]
