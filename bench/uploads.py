"""What large uploads cost ingest: so many files at once, by resumable upload or in one form each, and its memory meanwhile.

    python -m bench.uploads [--files 20] [--size 50] [--way tus]

Starts the local stack (or uses the one named by INGESTIO_POSTGRES_URL …) and ingest as a process of its own; uploads PDFs of
`--size` MB that are all different, submits them, and compares what comes back byte for byte. Exits with 1 when a file differs
or the memory of ingest, without the children that open files, was over 200 MB.
"""

import argparse
import asyncio
import hashlib
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import httpx2
import psutil

from ingestio.stack import Stack
from shared.migrations import ROLES, SERVICES, migrate_all, url_of
from shared.settings import ServiceSettings
from tests.integration.ingest_process import IngestProcess, Tenant, metadata
from tests.pdf_makers import CATALOG, PAGE, pages, pdf

T = TypeVar("T")

MOST_MB = 200
_TUS = {"tus-resumable": "1.0.0"}
_LENGTH = 1 << 20


def a_file(size_mb: int) -> bytes:
    """A PDF of one page, like no other: what makes it large is a stream that nobody reads."""
    filling = secrets.token_bytes((size_mb << 20) - 2_000)
    stream = f"<< /Length {len(filling)} >>\nstream\n".encode() + filling + b"\nendstream"
    return pdf(CATALOG, pages("3 0 R", 1), PAGE, stream)


@asynccontextmanager
async def an_ingest() -> AsyncIterator[Tenant]:
    """A tenant of an ingest that runs alone."""
    with tempfile.TemporaryDirectory() as folder:
        async with Stack(Path(folder) / "home") as urls:
            passwords = {service: {role: secrets.token_hex(8) for role in ROLES} for service in SERVICES}
            await migrate_all(urls.postgres, passwords)
            worker, api = (
                url_of(urls.postgres, "ingest", role, passwords["ingest"][role]) for role in ("worker", "api")
            )
            settings = ServiceSettings(
                database_url=worker, api_database_url=api, rabbitmq_url=urls.rabbitmq, s3_url=urls.s3
            )
            ingest = IngestProcess(settings)
            await ingest.start()
            try:
                async with ingest.new_tenant() as tenant:
                    tenant.client.timeout = httpx2.Timeout(600)
                    yield tenant
            finally:
                await ingest.stop()


async def watched(work: Awaitable[T], process: psutil.Process) -> tuple[T, float, float]:
    """What the work brings, its seconds, and the most MB that the process had meanwhile."""
    began, most, task = time.monotonic(), 0.0, asyncio.ensure_future(work)
    while not task.done():
        most = max(most, process.memory_info().rss / 1e6)
        await asyncio.wait([task], timeout=0.1)
    return task.result(), time.monotonic() - began, most


async def by_tus(tenant: Tenant, files: list[bytes]) -> list[str]:
    """The documents' ids, in the order of the files; one open batch for all."""
    expected = [{"file_name": f"{n}.pdf", "size": len(file)} for n, file in enumerate(files)]
    opened = await tenant.client.post("/api/batches/open", json={"strategy": "auto", "files": expected})
    batch = opened.raise_for_status().json()["id"]

    async def upload(number: int, file: bytes) -> None:
        headers = _TUS | {"upload-length": str(len(file))} | metadata(batch_id=batch, filename=f"{number}.pdf")
        made = (await tenant.client.post("/api/uploads", headers=headers)).raise_for_status()
        headers = _TUS | {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
        await _patch(tenant, made.headers["location"], headers, file)

    await asyncio.gather(*(upload(number, file) for number, file in enumerate(files)))
    submitted = await tenant.client.post(f"/api/batches/{batch}/submit")
    return [file["document_id"] for file in submitted.raise_for_status().json()["files"]]


async def _patch(tenant: Tenant, url: str, headers: dict[str, str], file: bytes) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(file), _LENGTH):
            yield file[at : at + _LENGTH]

    (await tenant.client.patch(url, headers=headers, content=pieces())).raise_for_status()


async def by_form(tenant: Tenant, files: list[bytes]) -> list[str]:
    """The same, a form and a batch for each."""

    async def post(number: int, file: bytes) -> str:
        parts = [("files", (f"{number}.pdf", file))]
        answer = await tenant.client.post("/api/batches", files=parts, data={"name": str(uuid4())})
        return str(answer.raise_for_status().json()["files"][0]["document_id"])

    return list(await asyncio.gather(*(post(number, file) for number, file in enumerate(files))))


async def differing(tenant: Tenant, ids: list[str], files: list[bytes]) -> int:
    """How many files come back as something else."""
    wrong = 0
    for document_id, file in zip(ids, files, strict=True):
        back = hashlib.sha256()
        async with tenant.client.stream("GET", f"/api/files/{document_id}") as answer:
            async for chunk in answer.aiter_bytes():
                back.update(chunk)
        wrong += back.digest() != hashlib.sha256(file).digest()
    return wrong


async def measure(count: int, size_mb: int, way: str) -> bool:
    files = [a_file(size_mb) for _ in range(count)]
    async with an_ingest() as tenant:
        process = psutil.Process(tenant.ingest.pid)
        idle = process.memory_info().rss / 1e6
        work = by_tus(tenant, files) if way == "tus" else by_form(tenant, files)
        ids, seconds, most = await watched(work, process)
        wrong, _, reading = await watched(differing(tenant, ids, files), process)
    total = sum(map(len, files)) / 1e6
    print(f"{count} files of {size_mb} MB at once by {way}: {seconds:.1f} s until accepted, {total / seconds:.0f} MB/s")
    print(
        f"memory of ingest: {idle:.0f} MB idle, up to {most:.0f} MB taking them in, {reading:.0f} MB giving them back"
    )
    print(f"{wrong} files came back as something else")
    return not wrong and max(most, reading) <= MOST_MB


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--size", type=int, default=50, help="MB")
    parser.add_argument("--way", choices=("tus", "form"), default="tus")
    options = parser.parse_args()
    sys.exit(not asyncio.run(measure(options.files, options.size, options.way)))
