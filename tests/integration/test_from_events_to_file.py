"""Aggregator and exporter as they run: events over the real broker in, a finished batch and its file out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.aggregator.app import wire as wire_aggregator
from services.aggregator.settings import Settings as AggregatorSettings
from services.exporter.app import wire as wire_exporter
from services.exporter.settings import Settings as ExporterSettings
from shared.auth import Identity
from shared.cloudevent import Event
from shared.events import ExportWish
from shared.messaging import Publisher
from shared.publishing import Message
from shared.service import Service, build_app
from tests.makers import a_batch_created, a_document_classified, a_document_extracted, a_document_failed
from tests.stores import SettingsOf

WITHIN = 30  # seconds; the real parts under load may take their time


class TokensAreTenants:
    """A verifier for tests: the token is the id of the tenant."""

    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=UUID(token), user="ada", role="admin")


@pytest.fixture
async def services(settings_of: SettingsOf) -> AsyncIterator[list[Service]]:
    both = [
        wire_aggregator(AggregatorSettings(**settings_of("aggregator").model_dump())),
        wire_exporter(ExporterSettings(**settings_of("exporter").model_dump())),
    ]
    for service in both:
        service.verifier = TokensAreTenants()
        await service.start()
    yield both
    for service in both:
        await service.stop()


@pytest.fixture
async def publisher(settings_of: SettingsOf) -> AsyncIterator[Publisher]:
    publisher = Publisher(settings_of("aggregator").rabbitmq_url)
    await publisher.start()
    yield publisher
    await publisher.stop()


async def say(publisher: Publisher, *events: Event) -> None:
    assert all(await publisher.publish([Message(event.id, event.type, event.to_bytes()) for event in events]))


async def until(client: httpx2.AsyncClient, path: str, **wanted: Any) -> dict[str, Any]:
    """Poll as a user would, until the answer's first item or the answer itself is as wanted."""
    async with asyncio.timeout(WITHIN):
        while True:
            answer = await client.get(path)
            body = answer.json() if answer.is_success else {}
            found: dict[str, Any] = next(iter(body.get("items", [body])), {})
            if wanted.items() <= found.items():
                return found
            await asyncio.sleep(0.05)


async def test_a_batch_with_a_wish_ends_with_its_file(services: list[Service], publisher: Publisher):
    batch = a_batch_created(files=3, tenant_id=uuid4(), export=ExportWish(format="csv"))
    ids = [
        {"tenant_id": batch.tenant_id, "batch_id": batch.batch_id, "document_id": file.document_id}
        for file in batch.files
    ]
    await say(publisher, a_document_extracted(**ids[0]), a_document_failed(**ids[2]), batch)
    await say(publisher, a_document_extracted(**ids[1]), a_document_classified(**ids[1]))
    app = build_app("both", services)
    headers = {"authorization": f"Bearer {batch.tenant_id}"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://t", headers=headers) as client:
        await until(client, f"/api/batches/{batch.batch_id}", status="partially_completed", completed=2, failed=1)
        export = await until(client, f"/api/exports?batch_id={batch.batch_id}", status="ready")
        lines = (await client.get(f"/api/exports/{export['id']}/download")).text.strip().splitlines()
        ready = (await client.get("/readyz")).json()

    assert len(lines) == 1 + 3
    assert all(ready.values()), ready


async def test_an_export_asked_for_too_early_is_ready_soon_after_the_end(services: list[Service], publisher: Publisher):
    batch = a_batch_created(files=1, tenant_id=uuid4())
    ids = {"tenant_id": batch.tenant_id, "batch_id": batch.batch_id}
    app = build_app("both", services)
    headers = {"authorization": f"Bearer {batch.tenant_id}"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://t", headers=headers) as client:
        asked = await client.post("/api/exports", json={"batch_id": str(batch.batch_id), "format": "json"})
        await say(publisher, batch)
        await say(publisher, a_document_extracted(**ids, document_id=batch.files[0].document_id))

        export = await until(client, asked.headers["location"], status="ready")

    assert export["documents"] == 1
