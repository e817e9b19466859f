"""A batch from one multipart form to its events: inspected, stored, queued. All of it, or nothing."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import orjson
from fastapi import Request

from services.ingest.batch_events import object_key
from services.ingest.batch_form import BatchForm, read_batch_form
from services.ingest.candidates import Candidate
from services.ingest.form import ReceivedFile, ReceivedForm, receive_form
from services.ingest.inspection import Facts
from services.ingest.intake import Intake, storage_away
from services.ingest.pending import default_name, insert_pending
from services.ingest.settings import Settings
from shared.auth import Identity
from shared.db import Database
from shared.http import ApiError
from shared.storage import Storage

_STORING_AT_ONCE = 8


@dataclass(frozen=True)
class FormFile:
    """A file of the form, which is on disk already."""

    document_id: UUID
    position: int
    file: ReceivedFile

    @asynccontextmanager
    async def on_disk(self) -> AsyncIterator[ReceivedFile]:
        yield self.file


class Submissions:
    """Takes new batches in."""

    def __init__(self, intake: Intake, *, api_db: Database, storage: Storage, settings: Settings) -> None:
        self._intake = intake
        self._db = api_db
        self._storage = storage
        self._settings = settings

    async def submit(
        self, request: Request, caller: Identity, *, idempotency_key: str | None, max_files: int | None = None
    ) -> UUID:
        """Read the request and create its batch; returns the batch's id, for a repeated key that of the first one.

        Raises ApiError for a form that cannot be a batch; a file that cannot be read only fails itself.
        """
        with TemporaryDirectory(prefix="ingestio-", dir=self._settings.spool_folder) as folder:
            form = await receive_form(
                request,
                Path(folder),
                max_file_size=self._settings.max_file_size,
                max_files=max_files or self._settings.max_files,
            )
            wish = read_batch_form(form.fields)
            if not form.files:
                raise ApiError(422, "no_files", "A batch needs at least one file, in form parts named `files`.")
            batch_id, name = uuid4(), wish.name or default_name([file.name for file in form.files])
            known = await self._open(batch_id, form, caller, name=name, key=idempotency_key)
            if known:
                return known
            await self._take_in(batch_id, form, caller, name=name, wish=wish)
        return batch_id

    async def _open(
        self, batch_id: UUID, form: ReceivedForm, caller: Identity, *, name: str, key: str | None
    ) -> UUID | None:
        """Insert the pending batch; returns the earlier batch when the idempotency key was used before."""
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            earlier = await insert_pending(tx, batch_id, caller, name=name, key=key, fingerprint=_fingerprint(form))
        if earlier is None:
            return None
        if earlier.status == "pending_upload":
            raise ApiError(
                409, "idempotency_key_in_use", "The first request is still running.", retryable=True, retry_after=1
            )
        return UUID(str(earlier.batch_id))

    async def _take_in(
        self, batch_id: UUID, form: ReceivedForm, caller: Identity, *, name: str, wish: BatchForm
    ) -> None:
        sources = [FormFile(uuid4(), position, file) for position, file in enumerate(form.files)]
        candidates = await self._intake.judge(caller, sources)
        await self._store_all(batch_id, caller, candidates)
        await self._intake.queue(batch_id, caller, name=name, wish=wish, candidates=candidates)

    async def _store_all(self, batch_id: UUID, caller: Identity, candidates: Sequence[Candidate]) -> None:
        gate = asyncio.Semaphore(_STORING_AT_ONCE)

        async def store(candidate: Candidate, inspection: Facts) -> None:
            key = object_key(caller.tenant_id, batch_id, candidate.document_id, candidate.file.name)
            async with gate:
                await self._storage.put_file(key, candidate.file.path, media_type=inspection.media_type)

        try:
            await asyncio.gather(*(store(c, c.inspection) for c in candidates if c.inspection))
        except OSError as error:
            raise storage_away() from error


def _fingerprint(form: ReceivedForm) -> str:
    """The same fields and files give the same fingerprint, whatever the boundary."""
    body = [sorted(form.fields.items()), [(file.name, file.size, file.sha256) for file in form.files]]
    return hashlib.sha256(orjson.dumps(body)).hexdigest()
