"""The state of uploads in the database: who writes to one right now, and up to where its bytes are safe."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Transaction, rows, run_sql
from shared.http import ApiError, not_found

PART = 5 * 1024 * 1024
LIFETIME = timedelta(hours=24)
# A writer that died is given up after this long; the one that lives renews in time.
HELD = timedelta(seconds=6)


@dataclass(frozen=True)
class Upload:
    """One upload. `byte_offset` bytes are safe: the `tags` are of full parts, `tail_key` holds what follows them.

    `kind` is whole, partial, or joined of partial ones; `stored` says that the object is there under its key.
    """

    tenant_id: UUID
    upload_id: UUID
    batch_id: UUID | None
    kind: str
    position: int | None
    file_name: str
    relative_path: str | None
    metadata: str | None
    concat: str | None
    size: int
    byte_offset: int
    stored: bool
    object_key: str
    begun: str | None
    tags: list[str]
    tail_key: str | None
    held_by: UUID | None
    expires_at: datetime

    @property
    def complete(self) -> bool:
        return self.byte_offset == self.size

    @property
    def scratch(self) -> str:
        """The prefix of everything kept for this upload that is not its object."""
        return scratch_prefix(self.tenant_id, self.upload_id)


COLUMNS = ", ".join(field.name for field in fields(Upload))
_LIVE = "discarded_at IS NULL AND expires_at > now()"
_FIND = f"SELECT {COLUMNS}, {_LIVE} AS live FROM uploads WHERE upload_id = $1"  # noqa: S608 -- constants
_HOLD = f"""
UPDATE uploads SET held_by = $2, held_until = now() + $4::interval, requests = requests + 1
WHERE upload_id = $1 AND byte_offset = $3 AND kind <> 'joined' AND {_LIVE}
  AND (held_until IS NULL OR held_until < now())
RETURNING {COLUMNS}
"""  # noqa: S608 -- constants
_SAVE = f"""
UPDATE uploads SET byte_offset = $3, stored = $4, begun = $5, tags = $6, tail_key = $7, expires_at = now() + $8::interval
WHERE upload_id = $1 AND held_by = $2 AND discarded_at IS NULL
RETURNING {COLUMNS}
"""  # noqa: S608 -- constants


async def find_upload(tx: Transaction, upload_id: UUID) -> Upload:
    """Raises ApiError 404 for an unknown upload, 410 for one that is cancelled, submitted or expired."""
    found = await rows(tx, _FIND, upload_id)
    if not found:
        raise not_found("upload")
    *values, live = found[0]
    if not live:
        raise gone()
    return Upload(*values)


async def hold_upload(tx: Transaction, upload_id: UUID, holder: UUID, *, offset: int) -> Upload:
    """Become the only writer. Raises ApiError: 404, 410, 403 for a joined upload, 423 while another one writes, 409."""
    held = await rows(
        tx,
        _HOLD,
        *(upload_id, holder, offset, HELD),
    )
    if held:
        return Upload(*held[0])
    upload = await find_upload(tx, upload_id)
    if upload.kind == "joined":
        raise ApiError(403, "upload_is_final", "This upload is joined of others and takes no bytes of its own.")
    if upload.byte_offset != offset:
        raise ApiError(409, "wrong_offset", f"{upload.byte_offset} bytes are here. Go on from there.", retryable=True)
    raise ApiError(423, "upload_locked", "Another request writes to this upload.", retryable=True, retry_after=1)


async def renew_upload(tx: Transaction, upload_id: UUID, holder: UUID) -> None:
    await run_sql(
        tx,
        "UPDATE uploads SET held_until = now() + $3::interval WHERE upload_id = $1 AND held_by = $2",
        *(upload_id, holder, HELD),
    )


async def release_upload(tx: Transaction, upload_id: UUID, holder: UUID) -> None:
    await run_sql(
        tx,
        "UPDATE uploads SET held_by = NULL, held_until = NULL WHERE upload_id = $1 AND held_by = $2",
        upload_id,
        holder,
    )


async def save_progress(tx: Transaction, upload: Upload) -> Upload:
    """Write what is safe now, for its holder only; returns it with its new time to expire.

    Raises ApiError 410 when it was cancelled meanwhile or is held by another request.
    """
    saved = await rows(
        tx,
        _SAVE,
        *(upload.upload_id, upload.held_by, upload.byte_offset, upload.stored),
        *(upload.begun, upload.tags, upload.tail_key, LIFETIME),
    )
    if not saved:
        raise gone()
    return Upload(*saved[0])


async def discard_upload(tx: Transaction, upload_id: UUID) -> None:
    """Give an upload up; whoever writes to it is told at its next step, and the sweeper clears what is stored."""
    await run_sql(
        tx,
        "UPDATE uploads SET discarded_at = now(), held_by = NULL, held_until = NULL"
        " WHERE upload_id = $1 AND discarded_at IS NULL",
        upload_id,
    )


async def discard_uploads_of(tx: Transaction, batch_id: UUID) -> None:
    """Give up whatever uploads of a batch are left."""
    await run_sql(
        tx,
        "UPDATE uploads SET discarded_at = now(), held_by = NULL, held_until = NULL"
        " WHERE batch_id = $1 AND discarded_at IS NULL",
        batch_id,
    )


async def hand_over(tx: Transaction, upload_ids: Sequence[UUID]) -> None:
    """The objects of these uploads belong to documents now: clearing the uploads must leave them.

    Raises ApiError 410 when one of them is gone.
    """
    handed = await run_sql(
        tx,
        "UPDATE uploads SET discarded_at = now(), object_key = NULL, held_by = NULL, held_until = NULL"
        " WHERE upload_id = ANY($1) AND discarded_at IS NULL",
        list(upload_ids),
    )
    if handed.rowcount != len(upload_ids):
        raise gone()


def scratch_prefix(tenant_id: UUID, upload_id: UUID) -> str:
    return f"uploads/{tenant_id}/{upload_id}/"


def gone() -> ApiError:
    return ApiError(410, "upload_gone", "This upload was cancelled, submitted, or has expired. Begin it anew.")
