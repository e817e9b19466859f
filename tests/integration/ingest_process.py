"""Ingest as a process of its own, which tests may kill and start again, and a wire in front of it that they may cut."""

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import Process
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from tusclient.client import TusClient

from ingestio.local.ports import free_port
from services.ingest.tenants import ensure_tenant
from shared.db import Database
from shared.settings import ServiceSettings
from tests.plain_http import plain_client


class IngestProcess:
    """`python -m services.ingest` on one port, before and after a restart."""

    def __init__(self, settings: ServiceSettings, **more: str) -> None:
        """`more` are variables of its environment."""
        self.settings = settings
        self._more = more
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: Process | None = None

    async def start(self) -> None:
        """Return when it answers."""
        environment = {f"INGESTIO_{name.upper()}": str(value) for name, value in self.settings.model_dump().items()}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.ingest"),
            env=os.environ | environment | {"INGESTIO_PORT": str(self.port), "INGESTIO_INSPECTORS": "1"} | self._more,
        )
        async with plain_client(base_url=self.url) as client, asyncio.timeout(60):
            while not await _answers(client):
                await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """Without a word of warning."""
        assert self._process
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        assert self._process
        if self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @asynccontextmanager
    async def new_tenant(self) -> AsyncIterator["Tenant"]:
        db, token = Database(self.settings.database_url), f"igt_{secrets.token_urlsafe(32)}"
        tenant_id: UUID = uuid4()
        await ensure_tenant(
            db, tenant_id, name=str(tenant_id), plan="enterprise", token=token, user="ada", role="admin"
        )
        await db.close()
        headers = {"authorization": f"Bearer {token}"}
        async with plain_client(base_url=self.url, headers=headers, timeout=60) as client:
            yield Tenant(self, client, token)


@dataclass(frozen=True)
class Tenant:
    """A tenant of a running ingest."""

    ingest: IngestProcess
    client: httpx2.AsyncClient
    token: str

    async def open_batch(self, *files: Path) -> str:
        expected = [{"file_name": file.name, "size": file.stat().st_size} for file in files]
        answer = await self.client.post("/api/batches/open", json={"strategy": "auto", "files": expected})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def uploads(self, batch: str) -> Any:
        return (await self.client.get(f"/api/batches/{batch}/uploads")).json()

    async def submitted(self, batch: str) -> list[bytes]:
        """Submit the batch; returns what its files are now."""
        answer = await self.client.post(f"/api/batches/{batch}/submit")
        assert answer.status_code == 202, answer.text
        return [(await self.client.get(f"/api/files/{file['document_id']}")).content for file in answer.json()["files"]]

    async def send(self, file: Path, batch: str, *, url: str | None = None, **options: Any) -> None:
        """By tuspy."""

        def send() -> None:
            headers = {"Authorization": f"Bearer {self.token}"}
            server = TusClient(f"{url or self.ingest.url}/api/uploads", headers=headers)
            with file.open("rb") as stream:
                metadata = {"batch_id": batch, "filename": file.name}
                server.uploader(file_stream=stream, metadata=metadata, **options).upload()

        await asyncio.to_thread(send)


async def _answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


def metadata(**values: str) -> dict[str, str]:
    """The header Upload-Metadata."""
    return {"upload-metadata": ",".join(f"{key} {b64encode(text.encode()).decode()}" for key, text in values.items())}


class Wire:
    """Carries connections to a port; `cut_after` says after how many bytes sent the next one is cut, None for never."""

    def __init__(self, to: int) -> None:
        self._to = to
        self.cut_after: list[int | None] = []
        self.cuts = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self.cut_after.pop(0) if self.cut_after else None
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        back = asyncio.create_task(_pump(there_reader, writer))
        with suppress(OSError):
            while data := await reader.read(65_536):
                there_writer.write(data if left is None else data[:left])
                await there_writer.drain()
                if left is not None and (left := left - len(data)) <= 0:
                    self.cuts += 1
                    there_writer.close()
                    writer.transport.abort()
                    break
        there_writer.close()
        await back


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    wire = Wire(port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
