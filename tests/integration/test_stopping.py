"""A service that is asked to stop finishes the answers under way before it closes what they need."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import httpx2

from tests.integration.chain import an_invoice
from tests.integration.ingest_process import IngestProcess
from tests.stores import SettingsOf


async def test_a_form_whose_end_comes_after_the_request_to_stop_is_taken(settings_of: SettingsOf):
    ingest = IngestProcess(settings_of("ingest"))
    await ingest.start()
    begun, stopping = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="strategy"\r\n\r\nauto\r\n'
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
        begun.set()
        await stopping.wait()
        yield an_invoice() + b"\r\n--x--\r\n"

    async with ingest.new_tenant() as tenant:
        kind = {"content-type": "multipart/form-data; boundary=x"}
        posting = asyncio.create_task(tenant.client.post("/api/batches", content=body(), headers=kind))
        await begun.wait()
        assert await _is_ready(tenant.client)  # so it has read the head as well
        os.kill(ingest.pid, signal.SIGTERM)
        while await _is_ready(tenant.client):
            pass
        stopping.set()
        answer = await posting
    await ingest.stop()

    assert answer.status_code == 202, answer.text


async def _is_ready(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx2.TransportError:
        return False
