"""What an open batch expects and what has arrived of it, so that a client can go on after a reload."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.ingest.batch_form import BatchForm
from shared.auth import Identity
from shared.db import Database, rows
from shared.http import not_found

_UPLOADS = """
SELECT upload_id, position, file_name, relative_path, size, byte_offset, expires_at FROM uploads
WHERE batch_id = $1 AND discarded_at IS NULL AND (byte_offset = size OR expires_at > now())
"""


class FileOfOpenBatch(BaseModel):
    """One file: `missing` has no upload, `uploading` goes on at `upload_url` from `offset`, `complete` is all there."""

    position: int
    file_name: str
    relative_path: str | None
    size: int
    custom_id: str | None
    state: Literal["missing", "uploading", "complete"]
    offset: int = 0
    upload_url: str | None = None
    expires_at: datetime | None = None


class OpenBatch(BaseModel):
    """`complete` of `expected` files are here. A batch that nobody writes to any more is gone at `expires_at`.

    `wish` is what the batch asks for so far; null once it is submitted.
    """

    id: UUID
    name: str
    status: str
    expected: int
    complete: int
    expires_at: datetime | None
    wish: BatchForm | None
    files: list[FileOfOpenBatch]


async def view_open_batch(api_db: Database, batch_id: UUID, caller: Identity) -> OpenBatch:
    """Raises ApiError 404 for an unknown batch and for one that was never open."""
    async with api_db.transaction(tenant=caller.tenant_id) as tx:
        found = await rows(
            tx, "SELECT name, status, wish, expected, expires_at FROM batches WHERE batch_id = $1", batch_id
        )
        uploads = await rows(tx, _UPLOADS, batch_id)
    if not found or found[0].wish is None:
        raise not_found("open batch")
    batch, by_position = found[0], {upload.position: upload for upload in uploads}
    files = _files(batch, by_position) if batch.status == "pending_upload" else []
    expiries = [batch.expires_at, *(upload.expires_at for upload in uploads)]
    return OpenBatch(
        id=batch_id,
        name=batch.name,
        status=batch.status,
        expected=len(files) or len(batch.expected),
        complete=sum(file.state == "complete" for file in files),
        expires_at=max(expiries) if batch.status == "pending_upload" else None,
        wish=BatchForm.model_validate(batch.wish) if batch.status == "pending_upload" else None,
        files=files,
    )


def _files(batch: Any, uploads: Mapping[int, Any]) -> list[FileOfOpenBatch]:
    custom_ids = batch.wish["custom_ids"]
    positions = sorted({*range(len(batch.expected)), *uploads})
    return [
        _arrived(position, uploads[position], _custom_id(custom_ids, position, uploads[position].file_name))
        if position in uploads
        else _missing(position, batch.expected[position], custom_ids)
        for position in positions
    ]


def _arrived(position: int, upload: Any, custom_id: str | None) -> FileOfOpenBatch:
    complete = upload.byte_offset == upload.size
    return FileOfOpenBatch(
        position=position,
        file_name=upload.file_name,
        relative_path=upload.relative_path,
        size=upload.size,
        custom_id=custom_id,
        state="complete" if complete else "uploading",
        offset=upload.byte_offset,
        upload_url=f"/api/uploads/{upload.upload_id}",
        expires_at=upload.expires_at,
    )


def _missing(position: int, file: Mapping[str, Any], custom_ids: Any) -> FileOfOpenBatch:
    return FileOfOpenBatch(
        position=position,
        file_name=file["file_name"],
        relative_path=file["relative_path"],
        size=file["size"],
        custom_id=_custom_id(custom_ids, position, file["file_name"]),
        state="missing",
    )


def _custom_id(custom_ids: dict[str, str] | list[str | None], position: int, file_name: str) -> str | None:
    if isinstance(custom_ids, dict):
        return custom_ids.get(file_name)
    return custom_ids[position] if position < len(custom_ids) else None
