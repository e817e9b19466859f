"""A new upload and its place in an open batch."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.ingest.batch_events import object_key
from services.ingest.file_names import clean_file_name
from services.ingest.pending import lock_open_batch
from services.ingest.tus import Concat
from services.ingest.uploads import COLUMNS, HELD, LIFETIME, Upload, discard_upload, scratch_prefix
from shared.auth import Identity
from shared.db import Transaction, rows
from shared.http import ApiError

_LONGEST_PATH = 1_024

# A free place that expects such a file; else one where such a file was begun and left; else behind all others.
_PLACE = """
SELECT coalesce(
  (SELECT e.number - 1 FROM jsonb_array_elements(b.expected) WITH ORDINALITY AS e (file, number)
   LEFT JOIN uploads u ON u.batch_id = b.batch_id AND u.position = e.number - 1 AND u.discarded_at IS NULL
   WHERE e.file ->> 'file_name' = $2 AND (e.file ->> 'size')::bigint = $3
     AND ($4::text IS NULL OR e.file ->> 'relative_path' IS NULL OR e.file ->> 'relative_path' = $4)
     AND (u.upload_id IS NULL OR u.byte_offset < u.size AND (u.held_until IS NULL OR u.held_until < now()))
   ORDER BY u.upload_id IS NOT NULL, e.number LIMIT 1),
  (SELECT greatest(jsonb_array_length(b.expected), max(u.position) + 1) FROM uploads u
   WHERE u.batch_id = b.batch_id AND u.discarded_at IS NULL)
) AS position
FROM batches b WHERE b.batch_id = $1
"""
_INSERT = f"""
INSERT INTO uploads (tenant_id, upload_id, batch_id, kind, position, file_name, relative_path, metadata, concat, size,
  object_key, held_by, held_until, requests, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + $13::interval, $14, now() + $15::interval)
RETURNING {COLUMNS}
"""  # noqa: S608 -- constants


@dataclass(frozen=True)
class Announced:
    """What a creation request says of its upload."""

    size: int
    header: str | None
    metadata: dict[str, str]
    concat: Concat | None

    @property
    def kind(self) -> str:
        if self.concat is None:
            return "whole"
        return "joined" if self.concat.partials else "partial"


async def create_upload(
    tx: Transaction, announced: Announced, caller: Identity, *, holder: UUID | None, max_files: int, max_partials: int
) -> Upload:
    """Insert the upload, which `holder` writes to when that is given; an unfinished one at its place gives way.

    Raises ApiError: 400 for metadata that cannot be, 404 and 409 for a batch that takes no files, 409 for a place that is
    taken, 423 for one that is being written to, 413 for a place beyond `max_files`, 429 for more partial uploads than
    `max_partials` of a tenant at a time.
    """
    upload_id, name = uuid4(), clean_file_name(announced.metadata.get("filename", ""))
    if announced.kind == "partial":
        await _check_partials(tx, caller.tenant_id, most=max_partials)
        batch_id, position, key = None, None, scratch_prefix(caller.tenant_id, upload_id) + "partial"
    else:
        batch_id = _batch_of(announced.metadata)
        await lock_open_batch(tx, batch_id, caller)
        position = await _place(tx, batch_id, announced, name, max_files=max_files)
        key = object_key(caller.tenant_id, batch_id, upload_id, name)
    inserted = await rows(
        tx,
        _INSERT,
        *(caller.tenant_id, upload_id, batch_id, announced.kind, position, name, _path(announced.metadata)),
        *(announced.header, announced.concat.header if announced.concat else None, announced.size, key),
        *(holder, HELD if holder else None, 1 if holder else 0, LIFETIME),
    )
    return Upload(*inserted[0])


async def _check_partials(tx: Transaction, tenant_id: UUID, *, most: int) -> None:
    """Partial uploads belong to no batch until they are joined, so no batch's limits hold them."""
    # One at a time, so that many at once cannot all find room.
    await rows(tx, "SELECT pg_advisory_xact_lock(hashtextextended('partials' || $1::text, 0))", str(tenant_id))
    ((there,),) = await rows(tx, "SELECT count(*) FROM uploads WHERE kind = 'partial' AND discarded_at IS NULL")
    if there >= most:
        detail = (
            f"{there} partial uploads are not joined yet. Join or cancel some; after a day without bytes they expire."
        )
        raise ApiError(429, "too_many_partials", detail, retryable=True, retry_after=60)


def _batch_of(metadata: dict[str, str]) -> UUID:
    try:
        return UUID(metadata.get("batch_id", ""))
    except ValueError as error:
        raise ApiError(400, "invalid_metadata", "Upload-Metadata: batch_id names no batch.") from error


def _path(metadata: dict[str, str]) -> str | None:
    path = metadata.get("relative_path")
    if path and (len(path) > _LONGEST_PATH or any(unicodedata.category(c)[0] == "C" for c in path)):
        raise ApiError(400, "invalid_metadata", "Upload-Metadata: relative_path is too long or has control characters.")
    return path or None


async def _place(tx: Transaction, batch_id: UUID, announced: Announced, name: str, *, max_files: int) -> int:
    wanted = announced.metadata.get("position")
    if wanted is None:
        path = announced.metadata.get("relative_path")
        ((position,),) = await rows(tx, _PLACE, batch_id, name, announced.size, path)
    else:
        position = _number(wanted)
    if position >= max_files:
        raise ApiError(413, "too_many_files", f"A batch may have {max_files} files.")
    await _make_room(tx, batch_id, position)
    return int(position)


def _number(position: str) -> int:
    if not position.isascii() or not position.isdigit() or len(position) > len("999999"):
        raise ApiError(400, "invalid_metadata", "Upload-Metadata: position is a number, from 0.")
    return int(position)


async def _make_room(tx: Transaction, batch_id: UUID, position: int) -> None:
    there: Any = await rows(
        tx,
        "SELECT upload_id, byte_offset = size AS complete, coalesce(held_until > now(), false) AS held"
        " FROM uploads WHERE batch_id = $1 AND position = $2 AND discarded_at IS NULL",
        *(batch_id, position),
    )
    for upload in there:
        if upload.complete:
            raise ApiError(
                409, "position_taken", f"The file at position {position} is here. Cancel it to send another."
            )
        if upload.held:
            raise ApiError(423, "upload_locked", "This file is being uploaded.", retryable=True, retry_after=1)
        await discard_upload(tx, upload.upload_id)
