"""A wire between a service and its object store that answers wrongly, breaks, or loses what the store said, by a seed."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

FAULTS = ("answers 500", "answers 503", "reset at once", "reset in the body", "answer lost", "answers late")
_MOST_SPARED = 3
_ERROR = b"HTTP/1.1 %d Broken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class FaultyStore:
    """Forwards S3 requests, one a connection; of some it makes a fault. `faults` counts those that really happened."""

    def __init__(self, to: str, *, seed: int, chance: float) -> None:
        """`to` is a storage URL, `chance` that of a fault, from 0 to 1. The fourth request meets the first at the latest."""
        self._to = urlsplit(to)
        self._random = random.Random(seed)
        self.chance = chance
        self.faults: Counter[str] = Counter()
        self._spared = 0
        self.port = 0

    @property
    def url(self) -> str:
        user = self._to.netloc.rpartition("@")[0]
        return self._to._replace(netloc=f"{user}@127.0.0.1:{self.port}").geturl()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            fault = self._next() if self.chance else ""
            self.faults[fault] += bool(fault)
            await self._pass_on(head, fault, reader, writer)
        writer.close()

    def _next(self) -> str:
        if self._random.random() < self.chance or (self._spared == _MOST_SPARED and not self.faults.total()):
            return self._random.choice(FAULTS)
        self._spared += 1
        return ""

    async def _pass_on(
        self, head: bytes, fault: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        length = _length(head)
        if fault == "reset at once":
            return writer.transport.abort()
        if fault == "reset in the body":
            await reader.readexactly(length // 2)
            return writer.transport.abort()
        body = await reader.readexactly(length)
        if fault.startswith("answers 5"):
            writer.write(_ERROR % int(fault.split()[1]))
            return await writer.drain()
        answer = await self._ask(head, body)
        if fault == "answer lost":
            return writer.transport.abort()
        await asyncio.sleep(1 if fault == "answers late" else 0)
        writer.write(answer)
        return await writer.drain()

    async def _ask(self, head: bytes, body: bytes) -> bytes:
        """The whole answer. The signature covers `Host`, which stays as the client sent it."""
        reader, writer = await asyncio.open_connection(self._to.hostname, self._to.port)
        lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
        writer.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
        answer = await reader.read()
        writer.close()
        return answer


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


@asynccontextmanager
async def a_faulty_store(to: str, *, seed: int, chance: float) -> AsyncIterator[FaultyStore]:
    store = FaultyStore(to, seed=seed, chance=chance)
    server = await asyncio.start_server(store.carry, "127.0.0.1", 0)
    store.port = server.sockets[0].getsockname()[1]
    try:
        yield store
    finally:
        server.close()
