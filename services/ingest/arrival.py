"""The bytes of one request on their way into object storage: full parts go out, what follows them is kept beside them.

On disk there is at most one part a request, and in memory as many parts as `sending` lets through.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from services.ingest.uploads import PART, Upload
from shared.http import ApiError
from shared.metrics import UPLOAD_BYTES
from shared.storage import ObjectMissingError, Storage

Save = Callable[[Upload], Awaitable[Upload]]


class Arrival:
    """Takes bytes for an upload that nobody else writes to.

    `upload` is the state reached; what `save` was called with is safe, also over a restart. With `at_once` nothing counts
    before `keep`.
    """

    def __init__(
        self, upload: Upload, *, spool: Path, storage: Storage, sending: asyncio.Semaphore, save: Save, at_once: bool
    ) -> None:
        self.upload = upload
        self._safe = upload
        self._spool = spool
        self._file = spool.open("w+b")
        self._spooled = 0
        self._storage = storage
        self._sending = sending
        self._save = save
        self._at_once = at_once

    async def resume(self) -> None:
        """Fetch what the last request left behind its parts."""
        if self.upload.tail_key:
            await self._storage.get_file(self.upload.tail_key, self._spool)
            self._file.close()
            self._file = self._spool.open("r+b")
            self._spooled = self._file.seek(0, 2)
        if self._spooled != self.upload.byte_offset - PART * len(self.upload.tags):
            raise OSError("what is stored of the upload does not fit its offset")

    async def add(self, chunk: bytes) -> None:
        """Raises ApiError 413 for more bytes than were announced."""
        if self.upload.byte_offset + len(chunk) > self.upload.size:
            raise ApiError(413, "too_many_bytes", f"The upload was announced with {self.upload.size} bytes.")
        while chunk:
            if self._spooled == PART:
                await self._put_part()
                if not self._at_once:
                    await self._commit()
            piece, chunk = chunk[: PART - self._spooled], chunk[PART - self._spooled :]
            self._file.write(piece)
            self._spooled += len(piece)
            self.upload = replace(self.upload, byte_offset=self.upload.byte_offset + len(piece))
            UPLOAD_BYTES.inc(len(piece))

    async def keep(self) -> None:
        """Make everything that was added safe; when the upload is complete, make its object."""
        if self.upload.complete and not self.upload.tags:
            self._file.flush()
            await self._storage.put_file(self.upload.object_key, self._spool, media_type="application/octet-stream")
            self.upload = replace(self.upload, tail_key=None, stored=True)
        elif self.upload.complete or self._spooled == PART:
            await self._put_part()
        elif self._spooled:
            await self._put_tail()
        await self._commit()
        if self.upload.complete and not self.upload.stored:
            await join(self.upload, storage=self._storage)
            self.upload = replace(self.upload, stored=True)
            await self._commit()

    def close(self) -> None:
        self._file.close()

    async def _put_part(self) -> None:
        begun = self.upload.begun or await self._begin()
        async with self._sending:
            self._file.seek(0)
            number = len(self.upload.tags) + 1
            tag = await self._storage.put_part(self.upload.object_key, begun, number, self._file.read())
        self._file.seek(0)
        self._file.truncate()
        self._spooled = 0
        self.upload = replace(self.upload, tags=[*self.upload.tags, tag], tail_key=None)

    async def _begin(self) -> str:
        """Parts are stored only under an id that the database knows, or nobody could ever find them."""
        begun = await self._storage.begin_parts(self.upload.object_key)
        self._safe = await self._save(replace(self._safe, begun=begun))
        self.upload = replace(self.upload, begun=begun)
        return begun

    async def _put_tail(self) -> None:
        """Under a new key: the old one stays good until the database names the new one."""
        self._file.flush()
        key = f"{self.upload.scratch}tail-{uuid4()}"
        await self._storage.put_file(key, self._spool, media_type="application/octet-stream")
        self.upload = replace(self.upload, tail_key=key)

    async def _commit(self) -> None:
        earlier, self._safe = self._safe, await self._save(self.upload)
        self.upload = self._safe
        if earlier.tail_key and earlier.tail_key != self._safe.tail_key:
            with contextlib.suppress(OSError):  # the sweeper finds it by its prefix
                await self._storage.delete(earlier.tail_key)


async def join(upload: Upload, *, storage: Storage) -> None:
    """Make the object of a complete upload from its parts. Doing it again changes nothing."""
    assert upload.begun
    try:
        await storage.join_parts(upload.object_key, upload.begun, upload.tags)
    except ObjectMissingError:  # joined before, by a process that died before it could say so
        if await storage.size(upload.object_key) != upload.size:
            raise
