"""S11: bodies that hardly come are cut off; slow ones that come all the same are not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

import pytest
from fastapi import Request

from ingestio.local.one_process import answering
from ingestio.local.ports import listen_on
from services.ingest import request_body
from services.ingest.request_body import CutOffError, body_of
from shared.http import ApiError, new_app

HEAD = b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that reads bodies as ingest does, with a second for every 4 KB."""
    monkeypatch.setattr(request_body, "_SLOWEST_SECONDS", 1.0)

    async def probe() -> dict[str, bool]:
        return {}

    app = new_app("test", probe=probe)

    @app.post("/read")
    async def read(request: Request) -> int:
        try:
            return sum([len(chunk) async for chunk in body_of(request)])
        except CutOffError as error:
            raise ApiError(408, "cut_off", "Too slow.") from error

    listener = listen_on(0)
    async with answering(app, listener):
        yield listener.getsockname()[1]


async def send(port: int, size: int, pieces: Iterable[bytes], *, pause: float) -> bytes:
    """The first line of the answer, which may come before the body has ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def drip() -> None:
        writer.write(HEAD % size)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)

    dripping = asyncio.create_task(drip())
    try:
        return await asyncio.wait_for(reader.readline(), 30)
    finally:
        dripping.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await dripping
        writer.close()


async def test_a_body_that_falls_silent_is_cut_off(port: int):
    assert b"408" in await send(port, 100_000, [b"x"], pause=0)


async def test_a_body_that_drips_is_cut_off(port: int):
    """A byte every tenth of a second: never silent, and never done."""
    assert b"408" in await send(port, 100_000, [b"x"] * 200, pause=0.1)


async def test_a_slow_body_that_comes_is_read(port: int):
    assert b"200" in await send(port, 60_000, [bytes(6_000)] * 10, pause=0.2)


async def test_many_slow_bodies_keep_nobody_else_out(port: int):
    slow = [asyncio.create_task(send(port, 100_000, [b"x"] * 200, pause=0.1)) for _ in range(200)]
    honest = [await send(port, 3, [b"abc"], pause=0) for _ in range(20)]

    assert all(b"200" in answer for answer in honest)
    assert all(b"408" in answer for answer in await asyncio.gather(*slow))
