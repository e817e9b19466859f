"""An open batch from its uploads to its events: the same verdicts, the same transaction as for a form."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from services.ingest.admission import admit
from services.ingest.arrival import join
from services.ingest.batch_form import BatchForm
from services.ingest.candidates import Candidate
from services.ingest.contents import before_storing
from services.ingest.dry_run import DryRun
from services.ingest.form import ReceivedFile
from services.ingest.intake import Intake
from services.ingest.leases import renewing
from services.ingest.pending import IS_OPEN, lock_open_batch
from services.ingest.plans import check_files, limits_of
from services.ingest.quota import Quota
from services.ingest.settings import Settings
from services.ingest.uploads import COLUMNS, HELD, Upload, discard_uploads_of, gone, hand_over
from shared.auth import Identity
from shared.db import Database, Transaction, rows, run_sql
from shared.http import ApiError, not_found
from shared.storage import ObjectMissingError, Storage

_ON_DISK_AT_ONCE = 4
_SUBMITTED = (
    "SELECT created_event IS NOT NULL AND wish IS NOT NULL AS submitted FROM batches WHERE batch_id = $1 FOR UPDATE"
)
_COMPLETE = f"SELECT {COLUMNS} FROM uploads WHERE batch_id = $1 AND discarded_at IS NULL AND byte_offset = size"  # noqa: S608 -- constants


@dataclass(frozen=True)
class UploadedFile:
    """A complete upload, fetched to disk for as long as it is looked at."""

    upload: Upload
    position: int
    storage: Storage
    folder: Path
    room: asyncio.Semaphore

    @property
    def document_id(self) -> UUID:
        return self.upload.upload_id

    @asynccontextmanager
    async def on_disk(self) -> AsyncIterator[ReceivedFile]:
        """Raises ApiError 410 for an upload that was cleared meanwhile, OSError while storage is away."""
        async with self.room:
            with TemporaryDirectory(prefix="ingestio-", dir=self.folder) as folder:
                yield await self._fetch(Path(folder) / "file")

    async def _fetch(self, path: Path) -> ReceivedFile:
        try:
            if not self.upload.stored:
                await join(self.upload, storage=self.storage)
            await self.storage.get_file(self.upload.object_key, path)
        except ObjectMissingError as error:  # given up and cleared meanwhile: asking again would not bring it back
            raise gone() from error
        sha256, size = await asyncio.to_thread(_hash, path)
        if size != self.upload.size:
            raise OSError("storage gave another size than was uploaded")
        return ReceivedFile(self.upload.file_name, path, size=size, sha256=sha256)


@dataclass(frozen=True)
class _Held:
    """A batch that this request submits."""

    batch_id: UUID
    holder: UUID
    name: str
    wish: BatchForm
    uploads: Sequence[Upload]


class OpenBatchSubmissions:
    """Submits open batches."""

    def __init__(self, intake: Intake, *, api_db: Database, storage: Storage, settings: Settings) -> None:
        self._intake = intake
        self._db = api_db
        self._storage = storage
        self._settings = settings

    async def submit(self, batch_id: UUID, caller: Identity, *, only_complete: bool) -> None:
        """Judge and queue what was uploaded; a batch that is submitted already stays as it is.

        Raises ApiError: 404, 409 for a batch that is not open, is being submitted or lacks files (unless `only_complete`:
        they are given up then), 422 for a batch without any.
        """
        held = await self._hold(batch_id, caller, only_complete=only_complete)
        if held is None:
            return
        try:
            async with renewing(lambda: self._set_holder(held, caller, HELD)):
                await self._take_in(held, caller)
        finally:
            await self._set_holder(held, caller, None)

    async def dry_run(self, batch_id: UUID, caller: Identity) -> DryRun:
        """What would become of the files that are here; nothing is changed.

        Raises ApiError 404 for a batch that is not open, 402 and 429 as for a form.
        """
        await admit(self._db, caller, action="dry_run", upgrade_hint=self._settings.upgrade_hint)
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            if not await rows(tx, f"SELECT 1 FROM batches WHERE batch_id = $1 AND {IS_OPEN}", batch_id):  # noqa: S608 -- constant
                raise not_found("open batch")
            uploads = [Upload(*row) for row in await rows(tx, _COMPLETE, batch_id)]
        looked = await self._intake.look(self._sources(uploads))
        return DryRun.of(looked, await self._intake.quota(caller), page_cost=self._settings.page_cost)

    async def _hold(self, batch_id: UUID, caller: Identity, *, only_complete: bool) -> _Held | None:
        holder = uuid4()
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            # Locked first: a request that waited here for another one must see what that one did.
            if any(row.submitted for row in await rows(tx, _SUBMITTED, batch_id)):
                return None
            batch = await lock_open_batch(tx, batch_id, caller)
            limits = await limits_of(tx, caller.tenant_id)
            uploads = [Upload(*row) for row in await rows(tx, _COMPLETE, batch_id)]
            await _check_complete(tx, batch_id, batch.expected, uploads, only_complete=only_complete)
            check_files(len(uploads), limits, most=self._settings.max_files, upgrade_hint=self._settings.upgrade_hint)
            await run_sql(
                tx,
                "UPDATE batches SET held_by = $2, held_until = now() + $3::interval WHERE batch_id = $1",
                *(batch_id, holder, HELD),
            )
            await before_storing(tx, caller.tenant_id)
        return _Held(batch_id, holder, batch.name, BatchForm.model_validate(batch.wish), uploads)

    async def _take_in(self, held: _Held, caller: Identity) -> None:
        opened: asyncio.Future[Quota] = asyncio.get_running_loop().create_future()
        opened.set_result(await self._intake.quota(caller))
        candidates = await self._intake.judge(caller, self._sources(held.uploads), opened=opened)

        async def settle(tx: Transaction, accepted: Sequence[Candidate]) -> None:
            await _settle(tx, held, accepted)

        await self._intake.queue(
            held.batch_id, caller, name=held.name, wish=held.wish, candidates=candidates, first=settle
        )

    def _sources(self, uploads: Sequence[Upload]) -> list[UploadedFile]:
        room = asyncio.Semaphore(_ON_DISK_AT_ONCE)
        folder = self._settings.spool_folder
        return [UploadedFile(upload, upload.position or 0, self._storage, folder, room) for upload in uploads]

    async def _set_holder(self, held: _Held, caller: Identity, duration: Any) -> None:
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            await run_sql(
                tx,
                "UPDATE batches SET held_until = now() + $3::interval WHERE batch_id = $1 AND held_by = $2",
                *(held.batch_id, held.holder, duration),
            )


async def _check_complete(
    tx: Transaction, batch_id: UUID, expected: Sequence[Any], uploads: Sequence[Upload], *, only_complete: bool
) -> None:
    if not uploads:
        raise ApiError(422, "no_files", "A batch needs at least one file. Upload it first.")
    begun = await rows(tx, "SELECT position FROM uploads WHERE batch_id = $1 AND discarded_at IS NULL", batch_id)
    wanted = {*range(len(expected)), *(row.position for row in begun)}
    if len(uploads) < len(wanted) and not only_complete:
        detail = f"{len(uploads)} of {len(wanted)} files are here. Upload the others, or submit with only_complete."
        raise ApiError(409, "files_missing", detail)


async def _settle(tx: Transaction, held: _Held, candidates: Sequence[Candidate]) -> None:
    """Whoever lost the batch meanwhile must not queue it; what is accepted belongs to its documents from now on."""
    released = await run_sql(
        tx,
        "UPDATE batches SET held_by = NULL, held_until = NULL WHERE batch_id = $1 AND held_by = $2",
        *(held.batch_id, held.holder),
    )
    if released.rowcount != 1:
        raise ApiError(409, "batch_being_submitted", "Another request submits this batch.", retryable=True)
    await hand_over(tx, [candidate.document_id for candidate in candidates if candidate.inspection])
    await discard_uploads_of(tx, held.batch_id)


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
