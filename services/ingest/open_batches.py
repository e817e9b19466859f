"""Batches that are opened first, get their files by resumable uploads, and are submitted when all are there."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from services.ingest.admission import admit
from services.ingest.batch_form import BatchForm
from services.ingest.file_names import clean_file_name
from services.ingest.pending import IS_OPEN, default_name, insert_pending, lock_open_batch
from services.ingest.plans import check_files, limits_of
from services.ingest.settings import Settings
from services.ingest.tables import batches
from services.ingest.uploads import LIFETIME, discard_uploads_of
from shared.audit import record
from shared.auth import Identity
from shared.db import Database, Transaction, rows, run_sql
from shared.http import ApiError


class ExpectedFile(BaseModel):
    """A file that is to be uploaded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_name: str = Field(min_length=1, max_length=1_000)
    size: int = Field(ge=0)
    relative_path: str | None = Field(default=None, max_length=1_024)
    custom_id: str | None = Field(default=None, max_length=255)


class BatchToOpen(BatchForm):
    """What the batch asks for, as in the form of `POST /api/batches`, and the files it is going to have."""

    files: tuple[ExpectedFile, ...] = ()


class OpenBatches:
    """Opens batches."""

    def __init__(self, *, api_db: Database, settings: Settings) -> None:
        self._db = api_db
        self._settings = settings

    async def open(self, asked: BatchToOpen, caller: Identity, *, idempotency_key: str | None) -> UUID:
        """Returns the batch's id, for a repeated key that of the first one.

        Raises ApiError 402, 403, 413, 422 and 429, as for a form.
        """
        hint = self._settings.upgrade_hint
        limits = await admit(self._db, caller, action="submit", upgrade_hint=hint)
        check_files(len(asked.files), limits, most=self._settings.max_files, upgrade_hint=hint)
        self._check(asked)
        batch_id, expected = uuid4(), [_expected(file) for file in asked.files]
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            earlier = await insert_pending(
                tx,
                batch_id,
                caller,
                name=asked.name or default_name([file["file_name"] for file in expected]),
                key=idempotency_key,
                fingerprint=hashlib.sha256(asked.model_dump_json().encode()).hexdigest(),
                wish=_wish(asked),
                expected=expected,
                lasting={"expires_at": LIFETIME},
            )
            if earlier is None:
                await record(tx, caller, "batch.open", batch_id, {"files": len(expected)})
        return UUID(str(earlier.batch_id)) if earlier else batch_id

    async def change(self, batch_id: UUID, asked: BatchToOpen, caller: Identity) -> None:
        """Put other wishes and expected files in the place of those so far; files that are here already stay.

        Raises ApiError 402, 403 and 413 as `open`, 404 and 409 for a batch that takes no files.
        """
        self._check(asked)
        expected = [_expected(file) for file in asked.files]
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            batch = await lock_open_batch(tx, batch_id, caller)
            limits = await limits_of(tx, caller.tenant_id)
            check_files(len(expected), limits, most=self._settings.max_files, upgrade_hint=self._settings.upgrade_hint)
            values = {"name": asked.name or batch.name, "wish": _wish(asked), "expected": expected}
            await tx.execute(batches.update().where(batches.c.batch_id == batch_id).values(values))
            await record(tx, caller, "batch.change", batch_id, {"files": len(expected)})

    def _check(self, asked: BatchToOpen) -> None:
        for file in asked.files:
            if file.size > self._settings.max_file_size:
                limit = self._settings.max_file_size // (1024 * 1024)
                raise ApiError(413, "too_large", f"{clean_file_name(file.file_name)}: a file may have {limit} MB.")
        if asked.custom_ids and any(file.custom_id for file in asked.files):
            raise ApiError(422, "invalid_request", "Send custom_ids, or custom_id with each file, but not both.")


async def cancel_open_batch(tx: Transaction, batch_id: UUID, caller: Identity) -> bool:
    """Give an open batch and all its uploads up; returns False for any other batch.

    Raises ApiError: 403 for a batch of somebody else, 409 while it is being submitted.
    """
    if not await rows(tx, f"SELECT 1 FROM batches WHERE batch_id = $1 AND {IS_OPEN} FOR UPDATE", batch_id):  # noqa: S608 -- constant
        return False
    await lock_open_batch(tx, batch_id, caller)
    await run_sql(tx, "UPDATE batches SET status = 'cancelled', idempotency_key = NULL WHERE batch_id = $1", batch_id)
    await discard_uploads_of(tx, batch_id)
    await record(tx, caller, "batch.cancel", batch_id, {"status": "pending_upload"})
    return True


def _expected(file: ExpectedFile) -> dict[str, Any]:
    return file.model_dump(mode="json", exclude={"custom_id"}) | {"file_name": clean_file_name(file.file_name)}


def _wish(asked: BatchToOpen) -> dict[str, Any]:
    wish = asked.model_dump(mode="json", exclude={"files"})
    if any(file.custom_id for file in asked.files):
        wish["custom_ids"] = [file.custom_id for file in asked.files]
    return wish
