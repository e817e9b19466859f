"""S11: a connection that brings no head of a request, or a head that does not end, is closed; those that work stay."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ingestio.local.one_process import answering
from ingestio.local.ports import listen_on
from shared import connection
from shared.http import new_app

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
DRIPS = b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-Drip: y\r\n" * 200


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server as every service has it, that waits a second for a head."""
    monkeypatch.setattr(connection, "_HEAD_SECONDS", 1.0)

    async def probe() -> dict[str, bool]:
        return {}

    listener = listen_on(0)
    async with answering(new_app("test", probe=probe), listener):
        yield listener.getsockname()[1]


async def until_closed(port: int, *pieces: bytes, pause: float = 0.05) -> bytes:
    """Send these pieces slowly; returns what came until the other side closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def drip() -> None:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)

    dripping = asyncio.create_task(drip())
    try:
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionResetError:
        return b""
    finally:
        dripping.cancel()
        writer.close()


@pytest.mark.parametrize("pieces", [[], [b"GET /hea"], [DRIPS[at : at + 5] for at in range(0, len(DRIPS), 5)]])
async def test_without_a_whole_head_the_connection_ends(port: int, pieces: list[bytes]):
    assert await until_closed(port, *pieces) == b""


async def test_a_second_head_must_come_as_well(port: int):
    answer = await until_closed(port, REQUEST, b"GET /hea")

    assert answer.count(b"HTTP/1.1 200") == 1


async def test_five_hundred_slow_heads_keep_nobody_else_out(port: int):
    slow = [
        asyncio.create_task(until_closed(port, *[DRIPS[at : at + 5] for at in range(0, 500, 5)])) for _ in range(500)
    ]
    honest = [
        await until_closed(port, REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) for _ in range(20)
    ]

    assert all(b"HTTP/1.1 200" in answer for answer in honest)
    assert await asyncio.gather(*slow) == [b""] * 500


async def test_a_head_that_comes_in_time_is_answered(port: int):
    pieces = [REQUEST[at : at + 10] for at in range(0, len(REQUEST), 10)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.02)
    answer = await asyncio.wait_for(reader.readline(), 20)
    writer.close()

    assert b"200" in answer
