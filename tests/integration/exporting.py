"""The exporter as a test drives it: events in, jobs run one at a time, the API as one tenant sees it."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.exporter.handlers import (
    forget_documents,
    on_batch_completed,
    on_batch_created,
    on_batch_retried,
    on_document_ended,
)
from services.exporter.make_export import make_export
from services.exporter.routes import router
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, rows
from shared.events import BatchCompleted, BatchCreated, BatchRetried, DocumentCancelRequested, DocumentDeleted, decode
from shared.http import new_app
from shared.jobs import Job, Outcome, finish
from shared.settings import ServiceSettings
from shared.storage import Storage
from tests.makers import (
    a_batch_completed,
    a_batch_created,
    a_document_extracted,
    a_document_failed,
)

_HANDLERS: dict[type[Event], Any] = {
    BatchCreated: on_batch_created,
    BatchRetried: on_batch_retried,
    BatchCompleted: on_batch_completed,
    DocumentCancelRequested: forget_documents,
    DocumentDeleted: forget_documents,
}


class TokensAreTenants:
    """A verifier for tests: the token is the id of the tenant."""

    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=UUID(token), user="ada", role="admin")


@dataclass
class Exporter:
    """The exporter as one tenant sees it, and its worker, one job at a time."""

    db: Database
    storage: Storage
    client: httpx2.AsyncClient
    tenant: UUID
    scratch: Path
    unknown_after: timedelta = timedelta(minutes=1)

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            for event in events:
                await _HANDLERS.get(type(event), on_document_ended)([event], tx=tx)

    async def ask(self, **wanted: Any) -> str:
        answer = await self.client.post("/api/exports", json=wanted, headers=self.headers)
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"] == f"/api/exports/{answer.json()['id']}"
        return str(answer.json()["id"])

    async def get(self, path: str, tenant: UUID | None = None) -> httpx2.Response:
        return await self.client.get(
            f"/api/exports{path}", headers={"authorization": f"Bearer {tenant or self.tenant}"}
        )

    async def make(self, export_id: str) -> Outcome:
        """Run the export's job once, as the worker would."""
        return await make_export(
            await self.job(export_id),
            db=self.db,
            storage=self.storage,
            scratch_folder=self.scratch,
            unknown_after=self.unknown_after,
        )

    async def job(self, export_id: str) -> Job:
        async with self.db.transaction() as tx:
            (row,) = await rows(
                tx,
                "UPDATE jobs SET state = 'r', lease = gen_random_uuid(), attempts = 1 WHERE subject = $1 RETURNING *",
                UUID(export_id),
            )
        return Job(row.subject, row.generation, row.tenant_id, row.batch_id, row.lease, 1, 0, b"")

    async def finished(self, export_id: str) -> dict[str, Any]:
        outcome = await self.make(export_id)
        async with self.db.transaction() as tx:
            assert len(await finish(tx, [outcome])) == 1
        return dict((await self.get(f"/{export_id}")).json())

    async def exported(self, export_id: str) -> list[dict[str, str]]:
        """The rows of a finished CSV export."""
        await self.finished(export_id)
        return list(csv.DictReader(io.StringIO((await self.get(f"/{export_id}/download")).text)))

    async def told(self) -> list[Event]:
        async with self.db.transaction() as tx:
            found = await rows(tx, "SELECT body FROM outbox WHERE tenant_id = $1 ORDER BY position", self.tenant)
        return [decode(bytes(row.body)) for row in found]

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tenant}"}

    def batch(self, files: int = 2, **changes: Any) -> BatchCreated:
        return a_batch_created(files=files, tenant_id=self.tenant, **changes)


@asynccontextmanager
async def an_exporter(settings: ServiceSettings, scratch: Path) -> AsyncIterator[Exporter]:
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)
    storage = Storage(settings.s3_url)

    async def probe() -> dict[str, bool]:
        return {}

    app = new_app("test", probe=probe)
    app.state.verifier = TokensAreTenants()
    app.include_router(router(api_db=api_db, storage=storage, bell=Bell()))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield Exporter(db, storage, client, uuid4(), scratch)
    await db.close()
    await api_db.close()


def of(batch: BatchCreated, position: int = 0, *, generation: int = 1) -> dict[str, Any]:
    return {
        "tenant_id": batch.tenant_id,
        "batch_id": batch.batch_id,
        "document_id": batch.files[position].document_id,
        "generation": generation,
    }


def ends(batch: BatchCreated) -> list[Event]:
    """One document read, the others failed."""
    return [a_document_extracted(**of(batch))] + [
        a_document_failed(**of(batch, position)) for position in range(1, len(batch.files))
    ]


def completed(batch: BatchCreated, **changes: Any) -> BatchCompleted:
    counts = {"total": len(batch.files), "completed": 1, "failed": len(batch.files) - 1}
    return a_batch_completed(**{"tenant_id": batch.tenant_id, "batch_id": batch.batch_id} | counts | changes)
