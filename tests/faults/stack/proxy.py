"""A small TCP proxy that delays, holds, cuts and refuses: held bytes come late, as after a black hole that heals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass
class Way:
    """One direction. `faults` counts what was really done to bytes on their way."""

    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    delay: float = 0.0
    faults: int = 0

    def __post_init__(self) -> None:
        self.flowing.set()

    async def let_pass(self) -> None:
        self.faults += not self.flowing.is_set() or self.delay > 0
        await asyncio.sleep(self.delay)
        await self.flowing.wait()


class Link:
    """Carries connections from `port` to `to`, on loopback."""

    def __init__(self, to: int) -> None:
        self.to = to
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.there, self.back = Way(), Way()
        self.refusing = False
        self.cuts = 0
        self.cut_after: bytes | None = (
            None  # let a message that holds this arrive, and cut before its answer comes back
        )

    @property
    def faults(self) -> int:
        """How often something was held, delayed, cut or refused."""
        return self.there.faults + self.back.faults + self.cuts

    def hold(self, *, there: bool = True, back: bool = True) -> None:
        """A black hole, both ways or one: connections stand, nothing arrives."""
        for way, held in ((self.there, there), (self.back, back)):
            if held:
                way.flowing.clear()

    def delay(self, seconds: float) -> None:
        self.there.delay = self.back.delay = seconds

    def cut(self) -> None:
        """Reset every connection there is; new ones work."""
        self.cuts += len(self._writers) // 2
        for writer in list(self._writers):
            writer.transport.abort()

    def refuse(self) -> None:
        """As if nobody listened, until healed."""
        self.refusing = True
        self.cut()

    def heal(self) -> None:
        self.refusing = False
        self.cut_after = None
        self.delay(0)
        self.there.flowing.set()
        self.back.flowing.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            self.cuts += 1
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._writers |= ends
        await asyncio.gather(self._pump(reader, far_writer, self.there), self._pump(far_reader, writer, self.back))
        self._writers -= ends

    async def _cut_before_the_answer(self) -> None:
        self.cut_after = None
        self.back.flowing.clear()
        await asyncio.sleep(0.2)  # the server has it by now, and has done it
        self.cut()
        self.back.flowing.set()
        self.cuts += 1

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await way.let_pass()
                writer.write(data)
                await writer.drain()
                if self.cut_after and self.cut_after in data and way is self.there:
                    await self._cut_before_the_answer()
            await way.flowing.wait()
        writer.close()


@asynccontextmanager
async def listening(link: Link) -> AsyncIterator[Link]:
    server = await asyncio.start_server(link.carry, "127.0.0.1", 0)
    link.port = server.sockets[0].getsockname()[1]
    try:
        yield link
    finally:
        link.heal()
        server.close()
        link.cut()
