"""How far an export is, and whether to go on: known to all who make it, in whichever thread."""

import asyncio
import threading
from collections.abc import Awaitable, Iterable, Iterator
from typing import Literal, TypeVar

from services.exporter.stored import Document

Phase = Literal["reading", "surveying", "writing", "packing", "storing"]
T = TypeVar("T")


class StoppedError(Exception):
    """Somebody cancelled the export, or deleted what it is about."""


class Progress:
    """Of one export. `read` and `written` count documents."""

    def __init__(self) -> None:
        self.phase: Phase = "reading"
        self.read = 0
        self.written = 0
        self._stopped = threading.Event()

    def look(self) -> None:
        """Raises StoppedError when the export shall be made no further."""
        if self._stopped.is_set():
            raise StoppedError

    def stop(self) -> None:
        """Whoever looks next ends."""
        self._stopped.set()

    def surveying(self, documents: Iterable[Document]) -> Iterator[Document]:
        self.phase = "surveying"
        for document in documents:
            self.look()
            yield document

    def writing(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Each is counted when the next is asked for."""
        self.phase = "writing"
        for document in documents:
            self.look()
            yield document
            self.written += 1

    async def to_the_end(self, work: Awaitable[T]) -> T:
        """Await what runs in a thread and looks. When cancelled, it is waited for all the same: it uses a folder that goes."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            self.stop()
            await asyncio.gather(task, return_exceptions=True)
            raise
        return await task
