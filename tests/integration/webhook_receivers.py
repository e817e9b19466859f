"""Receivers of webhooks on loopback, good and hostile ones: what they do follows from the path."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

ALLOWED = "127.0.0.2"
FORBIDDEN = "127.0.0.1"

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Receiver:
    """Listens on one address and keeps what it receives."""

    host: str
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    elsewhere: str = "http://nowhere"
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    def at(self, path: str) -> list[Received]:
        return [request for request in self.received if request.path == path]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            request = await _read(reader)
            self.received.append(request)
            await self._behaviours().get(request.path, _answer("200 OK"))(writer)
        self._writers.discard(writer)
        writer.close()

    def _behaviours(self) -> dict[str, Behaviour]:
        return {
            "/500": _answer("500 Internal Server Error", body=b"It broke."),
            "/302": _answer("302 Found", f"location: {self.elsewhere}"),
            "/307": _answer("307 Temporary Redirect", f"location: {self.elsewhere}"),
            "/410": _answer("410 Gone"),
            "/hang": _hang,
            "/drip": _drip,
            "/endless": _endless,
            "/endless-500": _endless_refusal,
            "/garbage": _garbage,
            "/silent": _silent,
        }

    def end(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def receiving(host: str = ALLOWED) -> AsyncIterator[Receiver]:
    receiver = Receiver(host)
    server = await asyncio.start_server(receiver, host, 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        receiver.end()
        await asyncio.sleep(0)


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Received(first.split(" ")[1], headers, body, asyncio.get_running_loop().time())


def _answer(status: str, *headers: str, body: bytes = b"") -> Behaviour:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + body)
        await writer.drain()

    return answer


async def _hang(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def _drip(writer: asyncio.StreamWriter) -> None:
    """A header that never ends, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _endless(writer: asyncio.StreamWriter, status: bytes = b"200 OK") -> None:
    writer.write(b"HTTP/1.1 " + status + b"\r\nx-body: endless\r\n\r\n")
    while True:
        writer.write(b"a" * 65536)
        await writer.drain()


async def _endless_refusal(writer: asyncio.StreamWriter) -> None:
    await _endless(writer, b"500 Internal Server Error")


async def _garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.9\r\n" * 20)
    await writer.drain()


async def _silent(_writer: asyncio.StreamWriter) -> None:
    """Hang up without a word."""
