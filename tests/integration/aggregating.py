"""The aggregator as a test drives it: events in, rows and events out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.aggregator.handlers import project
from shared.cloudevent import Event
from shared.db import Database, rows
from shared.errors import Category, DocumentError, Stage
from shared.events import BatchCreated, decode
from shared.settings import ServiceSettings
from tests.makers import (
    a_batch_created,
    a_document_failed,
)


@dataclass
class Aggregator:
    """The aggregator's database and what a test asks of it, for a tenant of its own."""

    db: Database
    api_db: Database
    tenant: UUID

    def batch(self, files: int = 1, **changes: Any) -> BatchCreated:
        return a_batch_created(files=files, tenant_id=self.tenant, **changes)

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            await project(events, tx=tx)

    async def ask(self, sql: str, *parameters: Any) -> Sequence[Any]:
        async with self.api_db.transaction(tenant=self.tenant) as tx:
            return await rows(tx, sql, *parameters)

    async def completions(self) -> list[Any]:
        async with self.db.transaction() as tx:
            told = await rows(
                tx,
                "SELECT body FROM outbox WHERE tenant_id = $1 AND type = 'batch.completed' ORDER BY position",
                self.tenant,
            )
        return [decode(bytes(row.body)) for row in told]


@asynccontextmanager
async def an_aggregator(settings: ServiceSettings) -> AsyncIterator[Aggregator]:
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)
    yield Aggregator(db, api_db, uuid4())
    await db.close()
    await api_db.close()


def of(batch: BatchCreated, position: int = 0, *, generation: int = 1) -> dict[str, Any]:
    """What all events of one document of the batch have in common."""
    return {
        "tenant_id": batch.tenant_id,
        "batch_id": batch.batch_id,
        "document_id": batch.files[position].document_id,
        "generation": generation,
    }


def refused(batch: BatchCreated, position: int) -> Event:
    error = DocumentError.of(Category.ENCRYPTED, Stage.INTAKE, "The file needs a password.")
    return a_document_failed(**of(batch, position), error=error)


async def counters(aggregator: Aggregator, batch: BatchCreated) -> dict[str, Any]:
    (row,) = await aggregator.ask(
        "SELECT status, total_files, queued, in_progress, completed, failed, cancelled, needs_review, pages, pages_done"
        " FROM batches WHERE batch_id = $1",
        batch.batch_id,
    )
    return dict(row._mapping)
