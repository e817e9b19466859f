"""S12: forms that lie about their length, never end, or consist of headers: refused early, in little memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from tests.integration.ingest_process import IngestProcess, Tenant
from tests.stores import SettingsOf

LIMIT = 8 << 20
MB = 1 << 20
SLACK = 64 << 10  # beyond a limit, in buffers of the server
# What fits into the sockets on the way is sent, and never read.
UNDER_WAY = sum(int(Path(f"/proc/sys/net/ipv4/tcp_{way}mem").read_text().split()[2]) for way in "rw")
PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'


@pytest.fixture(scope="module")
async def ingest(settings_of: SettingsOf) -> AsyncIterator[IngestProcess]:
    """Ingest that takes 8 MB in one form."""
    process = IngestProcess(settings_of("ingest"), INGESTIO_MAX_FORM_SIZE=str(LIMIT))
    await process.start()
    yield process
    await process.stop()


async def post(
    tenant: Tenant,
    pieces: Iterator[bytes],
    *,
    path: str = "/api/batches",
    kind: str = "multipart/form-data; boundary=x",
) -> tuple[int, int]:
    """Send a chunked body until there is an answer; returns its status and how many bytes went out before it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", tenant.ingest.port)
    head = f"POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {tenant.token}\r\ncontent-type: {kind}\r\n"
    writer.write(head.encode() + b"transfer-encoding: chunked\r\n\r\n")
    sent = 0

    async def send() -> None:
        nonlocal sent
        for piece in pieces:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            sent += len(piece)
        writer.write(b"0\r\n\r\n")

    sending = asyncio.create_task(send())
    try:
        return int((await asyncio.wait_for(reader.readline(), 60)).split()[1]), sent
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        writer.close()


def endless(first: bytes, then: bytes) -> Iterator[bytes]:
    """More than any limit, and an end only so that a test which fails ends too."""
    yield first
    for _ in range((64 << 20) // len(then)):
        yield then


BODIES = {
    "a file without end": (PART, b"x" * 65_536),
    "a preamble without end": (b"", b"x" * 65_536),
    "a field without end": (b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n', b"x" * 65_536),
    "a header without end": (b"--x\r\nContent-Disposition: form-data; name=", b"x" * 65_536),
    "headers without end": (b"--x\r\n", b"X-A: b\r\n" * 8_192),
    "parts without end": (b"", b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n\r\n' * 1_000),
    "the same field again and again": (b"", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 1_000),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_form_without_end_is_refused_at_its_limit_in_little_memory(tenant: Tenant, name: str):
    process = psutil.Process(tenant.ingest.pid)
    before = process.memory_info().rss
    status, sent = await post(tenant, endless(*BODIES[name]))

    assert status in {400, 413}
    assert sent <= LIMIT + SLACK + UNDER_WAY
    assert process.memory_info().rss - before <= 50 * MB


async def test_json_without_end_is_refused(tenant: Tenant):
    process = psutil.Process(tenant.ingest.pid)
    before = process.memory_info().rss
    body = endless(b'{"name": "', b"x" * 65_536)
    status, sent = await post(tenant, body, path="/api/batches/open", kind="application/json")

    assert status == 413
    assert sent <= 8 * MB + SLACK + UNDER_WAY
    assert process.memory_info().rss - before <= 50 * MB


@pytest.mark.parametrize("told", [LIMIT + 1, 10**15])
async def test_a_length_over_the_limit_is_refused_before_the_body(tenant: Tenant, told: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", tenant.ingest.port)
    head = (
        f"POST /api/batches HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {tenant.token}\r\ncontent-length: {told}\r\n"
    )
    writer.write(head.encode() + b"content-type: multipart/form-data; boundary=x\r\n\r\n" + PART)
    answer = await asyncio.wait_for(reader.readline(), 10)
    writer.close()

    assert b" 413 " in answer


async def test_ten_thousand_parts_are_one_refusal(tenant: Tenant):
    """More files than a batch may have end the request where the first of them begins."""
    status, sent = await post(tenant, iter([(PART + b"%PDF\r\n") * 1_000] * 10 + [b"--x--\r\n"]))

    assert status == 413
    assert sent <= LIMIT
