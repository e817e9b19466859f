"""Resumable uploads: begun, written to by one request at a time, joined of partial ones, cancelled."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from services.ingest.arrival import Arrival, join
from services.ingest.intake import storage_away
from services.ingest.leases import renewing
from services.ingest.pending import lock_open_batch
from services.ingest.request_body import CutOffError
from services.ingest.settings import Settings
from services.ingest.tus import ALGORITHMS, CHECKSUM_MISMATCH, Checksum
from services.ingest.upload_creation import Announced, create_upload
from services.ingest.uploads import (
    Upload,
    discard_upload,
    find_upload,
    hold_upload,
    release_upload,
    renew_upload,
    save_progress,
)
from shared.audit import record
from shared.auth import Identity
from shared.db import Database, Transaction
from shared.http import ApiError
from shared.storage import ObjectMissingError, Storage

_SENDING_AT_ONCE = 4

Body = AsyncIterator[bytes]


class Uploads:
    """The uploads of all tenants; every call is for one of them. All raise ApiError 503 while storage is away."""

    def __init__(self, *, api_db: Database, storage: Storage, settings: Settings) -> None:
        self._db = api_db
        self._storage = storage
        self._settings = settings
        self._sending = Semaphore(_SENDING_AT_ONCE)

    async def find(self, upload_id: UUID, caller: Identity) -> Upload:
        """Raises ApiError 404 and 410."""
        async with self._tenant(caller.tenant_id) as tx:
            return await find_upload(tx, upload_id)

    async def create(
        self, announced: Announced, caller: Identity, *, body: Body | None = None, checksum: Checksum | None = None
    ) -> Upload:
        """Begin an upload, with its first bytes where there are some. Raises what `create_upload` raises."""
        if announced.kind == "joined":
            return await self._create_joined(announced, caller)
        if announced.size == 0 and body is None:
            body = _chunks(b"")
        upload = await self._insert(announced, caller, held=body is not None)
        return upload if body is None else await self._write(upload, body, checksum=checksum)

    async def append(
        self, upload_id: UUID, caller: Identity, *, offset: int, body: Body, length: int, checksum: Checksum | None
    ) -> Upload:
        """Write on from `offset`; what had arrived when a connection is cut stays.

        Raises ApiError: 404, 410, 409 for another offset, 423 while another request writes, 413 for more bytes than were
        announced, 460 for a checksum that differs (nothing is kept then).
        """
        async with self._tenant(caller.tenant_id) as tx:
            upload = await hold_upload(tx, upload_id, uuid4(), offset=offset)
        return await self._write(upload, body, checksum=checksum, length=length)

    async def cancel(self, upload_id: UUID, caller: Identity) -> None:
        """Raises ApiError 404, 410, and 409 while its batch is being submitted."""
        async with self._tenant(caller.tenant_id) as tx:
            upload = await find_upload(tx, upload_id)
            if upload.batch_id:
                await lock_open_batch(tx, upload.batch_id, caller)
            await discard_upload(tx, upload_id)
            await record(tx, caller, "upload.cancel", upload.batch_id, {"upload_id": str(upload_id)})

    async def _insert(self, announced: Announced, caller: Identity, *, held: bool) -> Upload:
        if announced.size > self._settings.max_file_size:
            limit = self._settings.max_file_size // (1024 * 1024)
            raise ApiError(413, "too_large", f"A file may have {limit} MB.")
        async with self._tenant(caller.tenant_id) as tx:
            upload = await create_upload(
                tx,
                announced,
                caller,
                holder=uuid4() if held else None,
                max_files=self._settings.max_files,
                max_partials=self._settings.max_partials,
            )
            await record(tx, caller, "upload.create", upload.batch_id, {"upload_id": str(upload.upload_id)})
        return upload

    async def _create_joined(self, announced: Announced, caller: Identity) -> Upload:
        assert announced.concat
        async with self._tenant(caller.tenant_id) as tx:
            partials = [await find_upload(tx, upload_id) for upload_id in announced.concat.partials]
        if not all(partial.kind == "partial" and partial.complete for partial in partials):
            raise ApiError(409, "partials_unfinished", "Only complete partial uploads can be joined.")
        announced = replace(announced, size=sum(partial.size for partial in partials))
        upload = await self._insert(announced, caller, held=True)
        upload = await self._write(upload, self._contents(partials), checksum=None)
        async with self._tenant(caller.tenant_id) as tx:
            for partial in partials:
                await discard_upload(tx, partial.upload_id)
        return upload

    async def _contents(self, partials: Sequence[Upload]) -> AsyncIterator[bytes]:
        for partial in partials:
            if not partial.stored:
                await join(partial, storage=self._storage)
            async for chunk in self._storage.stream(partial.object_key):
                yield chunk

    async def _write(self, upload: Upload, body: Body, *, checksum: Checksum | None, length: int = 0) -> Upload:
        async with self._holding(upload):
            if upload.byte_offset + length > upload.size:
                raise ApiError(413, "too_many_bytes", f"The upload was announced with {upload.size} bytes.")
            try:
                if upload.complete and upload.size:
                    return await self._stored(upload)
                return await self._receive(upload, body, checksum)
            except (OSError, ObjectMissingError) as error:
                raise storage_away() from error

    async def _stored(self, upload: Upload) -> Upload:
        if not upload.stored:
            await join(upload, storage=self._storage)
            upload = await self._save(replace(upload, stored=True))
        return upload

    async def _receive(self, upload: Upload, body: Body, checksum: Checksum | None) -> Upload:
        with TemporaryDirectory(prefix="ingestio-", dir=self._settings.spool_folder) as folder:
            arrival = Arrival(
                upload,
                spool=Path(folder) / "part",
                storage=self._storage,
                sending=self._sending,
                save=self._save,
                at_once=checksum is not None,
            )
            with closing(arrival):
                await arrival.resume()
                await _take(arrival, body, checksum)
        return arrival.upload

    async def _save(self, upload: Upload) -> Upload:
        async with self._tenant(upload.tenant_id) as tx:
            return await save_progress(tx, upload)

    @asynccontextmanager
    async def _holding(self, upload: Upload) -> AsyncIterator[None]:
        assert upload.held_by
        upload_id, holder = upload.upload_id, upload.held_by

        async def renew() -> None:
            async with self._tenant(upload.tenant_id) as tx:
                await renew_upload(tx, upload_id, holder)

        try:
            async with renewing(renew):
                yield
        finally:
            async with self._tenant(upload.tenant_id) as tx:
                await release_upload(tx, upload_id, holder)

    def _tenant(self, tenant_id: UUID) -> AbstractAsyncContextManager[Transaction]:
        return self._db.transaction(tenant=tenant_id)


async def _take(arrival: Arrival, chunks: Body, checksum: Checksum | None) -> None:
    digest = ALGORITHMS[checksum.algorithm]() if checksum else None
    cut: CutOffError | None = None
    try:
        async for chunk in chunks:
            if digest:
                digest.update(chunk)
            await arrival.add(chunk)
    except CutOffError as error:
        cut = error
    if cut is None and checksum and digest and digest.digest() != checksum.digest:
        raise ApiError(CHECKSUM_MISMATCH, "checksum_mismatch", "The bytes do not fit Upload-Checksum. Send them again.")
    if cut is None or checksum is None:
        await arrival.keep()
    if cut:
        raise ApiError(408, "cut_off", "The connection was cut. Go on from what is here.", retryable=True) from cut


async def _chunks(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk
