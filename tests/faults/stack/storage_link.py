"""A way to the object storage on which requests go wrong as they do in practice, a share of them, by a seed."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from tests.faults.stack.proxy import CHUNK, Link

UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
METHODS = (b"GET ", b"PUT ", b"POST ", b"HEAD ", b"DELETE ")
KINDS = ("answered 503", "reset after success", "answer cut short", "answered late")
LATE_SECONDS = 3.0


@dataclass
class Fate:
    """How many bytes of the next answer come through; None for all."""

    left: int | None = None


class StorageLink(Link):
    """Carries as any link does while `share` is 0."""

    def __init__(self, to: int, *, seed: int = 35) -> None:
        super().__init__(to)
        self._random = random.Random(seed)
        self.share = 0.0
        self.spoiled: Counter[str] = Counter()

    def heal(self) -> None:
        self.share = 0.0
        super().heal()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.share == 0:
            await super().carry(reader, writer)
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        ends, fate = {writer, far_writer}, Fate()
        self._writers |= ends
        answering = asyncio.create_task(_answer(far_reader, writer, fate))
        with suppress(OSError):
            await self._ask(reader, far_writer, writer, fate)
        far_writer.close()
        await answering
        self._writers -= ends

    async def _ask(
        self, reader: asyncio.StreamReader, far: asyncio.StreamWriter, near: asyncio.StreamWriter, fate: Fate
    ) -> None:
        while data := await reader.read(CHUNK):
            if data.startswith(METHODS) and self._random.random() < self.share:
                kind = self._random.choice(KINDS)
                self.spoiled[kind] += 1
                if kind == "answered 503":
                    near.write(UNAVAILABLE)
                    near.close()
                    return
                if kind == "answered late":
                    await asyncio.sleep(LATE_SECONDS)
                else:
                    fate.left = 0 if kind == "reset after success" else self._random.randrange(600)
            far.write(data)
            await far.drain()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fate: Fate) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            if fate.left is not None:
                writer.write(data[: fate.left])
                await writer.drain()
                writer.transport.abort()
                return
            writer.write(data)
            await writer.drain()
    writer.close()
