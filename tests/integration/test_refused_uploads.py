"""What becomes of a connection whose request is answered before its body has come."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ingestio.local.one_process import answering
from ingestio.local.ports import listen_on
from shared.http import ApiError, new_app

REQUEST = b"PATCH /refused HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server that refuses without reading."""

    async def probe() -> dict[str, bool]:
        return {}

    app = new_app("test", probe=probe)

    @app.patch("/refused")
    async def refuse() -> None:
        raise ApiError(423, "locked", "Not now.")

    listener = listen_on(0)
    async with answering(app, listener):
        yield listener.getsockname()[1]


async def test_it_is_closed_when_the_body_never_ends(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST % 1_000_000 + bytes(200_000))
    answer = await asyncio.wait_for(reader.read(), 10)  # to the end of the connection
    writer.close()
    assert answer.startswith(b"HTTP/1.1 423")


async def test_it_stays_when_the_body_ends_in_time(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(REQUEST % 200_000 + bytes(200_000))
        await reader.readuntil(b"HTTP/1.1 423")
        await asyncio.sleep(2.5)  # longer than a connection lingers
    writer.close()
