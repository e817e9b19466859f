"""The extractor's model side as it runs: queue, gate, memory and cache on real stores, a fake model over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.extractor.app import wire
from services.extractor.handlers import on_document_classified
from services.extractor.settings import Settings
from shared.cloudevent import Event
from shared.db import rows
from shared.events import DocumentClassified, DocumentExtracted, decode
from shared.pages import Pages
from shared.results import JsonObject
from shared.service import Service
from shared.settings import ServiceSettings
from tests import makers
from tests.fake_model import FakeModel, serving

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "vendor": {"type": ["string", "null"]},
        "items": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
    },
}


@dataclass
class ReadingWorld:
    service: Service
    model: FakeModel

    async def submit(self, pages: Pages, **changes: Any) -> DocumentClassified:
        """A document with these pages waits in the queue."""
        key = f"pages/{uuid4()}/text-1.json.gz"
        await self.service.storage.put(key, pages.to_bytes(), media_type="application/gzip")
        values = {"json_schema": SCHEMA, "schema_source": "batch", "pages": len(pages.pages), "pages_key": key}
        document = makers.a_document_classified(**(values | changes))
        async with self.service.db.transaction() as tx:
            await on_document_classified([document], tx=tx)
        self.service.bell.jobs.set()
        return document

    async def read(self, pages: Pages, **changes: Any) -> DocumentExtracted:
        """Submit and wait for the result."""
        document = await self.submit(pages, **changes)
        event = await self.end_of(document)
        assert isinstance(event, DocumentExtracted), event
        return event

    async def end_of(self, document: DocumentClassified) -> Event:
        async with asyncio.timeout(60):
            while not (found := await self.job(document)).outcome:
                await asyncio.sleep(0.02)
        return decode(found.outcome.encode())

    async def job(self, document: DocumentClassified) -> Any:
        of_document = "SELECT * FROM jobs WHERE subject = $1 AND generation = $2"
        return (await self.ask(of_document, document.document_id, document.generation))[0]

    async def ask(self, sql: str, *parameters: Any) -> list[Any]:
        async with self.service.db.transaction() as tx:
            return list(await rows(tx, sql, *parameters))

    async def as_tenant(self, tenant: UUID, sql: str) -> list[Any]:
        async with self.service.api_db.transaction(tenant=tenant) as tx:
            return list(await rows(tx, sql))


@asynccontextmanager
async def a_reading_world(settings: ServiceSettings, model: FakeModel, **changes: Any) -> AsyncIterator[ReadingWorld]:
    async with serving(model):
        values = (
            settings.model_dump() | {"model": "gpt-4o-mini", "OPENAI_BASE_URL": model.base_url, "port": 0} | changes
        )
        service = wire(Settings(**values))
        await service.start()
        try:
            yield ReadingWorld(service, model)
        finally:
            await service.stop()
