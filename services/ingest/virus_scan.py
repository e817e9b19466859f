"""Asks clamd about a file, by INSTREAM over TCP or a local socket. Without an answer nobody passes: they wait."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import structlog

from shared.errors import Category, Permanent, Transient

log = structlog.get_logger()

_CHUNK = 256 * 1024
_TRY_EVERY_SECONDS = 1.0
_ANSWER_SECONDS = 60.0

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ScannerAwayError(Transient):
    """The scanner cannot be asked right now: the file waits, it does not pass."""


class VirusScanner:
    """One clamd, which `url` names: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""

    def __init__(self, url: str, *, patience: float) -> None:
        """`patience` is for how many seconds a file waits for a scanner that is away."""
        self._url = urlsplit(url)
        self._patience = patience

    async def check(self, path: Path) -> None:
        """Raises Permanent, `infected`, for a file in which something was found, and ScannerAwayError."""
        deadline = asyncio.get_running_loop().time() + self._patience
        while True:
            try:
                return self._judge(await self._ask(path))
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as trouble:
                if asyncio.get_running_loop().time() + _TRY_EVERY_SECONDS > deadline:
                    log.warning("virus_scanner_away", error=type(trouble).__name__)
                    raise _away() from trouble
            await asyncio.sleep(_TRY_EVERY_SECONDS)

    async def _ask(self, path: Path) -> str:
        async with asyncio.timeout(_ANSWER_SECONDS), self._connection() as (reader, writer):
            with path.open("rb") as file:
                try:
                    await _send(file, writer)
                except ConnectionError:
                    log.info("virus_scanner_hung_up")  # it says why before it does
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Wire]:
        if self._url.scheme == "unix":
            reader, writer = await asyncio.open_unix_connection(self._url.path)
        else:
            reader, writer = await asyncio.open_connection(self._url.hostname, self._url.port or 3310)
        try:
            yield reader, writer
        finally:
            writer.close()

    def _judge(self, answer: str) -> None:
        if answer.endswith("FOUND"):
            raise Permanent(Category.INFECTED, "The virus scanner found something in this file.")
        if not answer.endswith(": OK"):
            # Its own limits, a database that is being loaded: whatever it is, the file was not looked at.
            log.error("virus_scanner_did_not_look", answer=answer[:200])
            raise _away()


async def _send(file: BinaryIO, writer: asyncio.StreamWriter) -> None:
    writer.write(b"zINSTREAM\0")
    while chunk := file.read(_CHUNK):
        writer.write(struct.pack(">I", len(chunk)) + chunk)
        await writer.drain()
    writer.write(struct.pack(">I", 0))
    await writer.drain()


def _away() -> ScannerAwayError:
    return ScannerAwayError(Category.INTERNAL, "The virus scanner is away, and nothing is taken unseen.")
