"""What a client of the system saw: every 202, every live event, every webhook. It is the oracle, not the system's tables."""

import asyncio
import json
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.ingest.tenants import ensure_tenant
from shared.db import Database
from shared.migrations import url_of
from tests.faults.stack.stub_model import SCHEMA
from tests.faults.stack.world import World
from tests.integration.chain import an_invoice
from tests.integration.webhook_receivers import Receiver, receiving
from tests.plain_http import plain_client

PUBLIC = ["batch.completed", "document.extracted", "document.failed", "document.cancelled", "export.completed"]
PATIENCE = 120  # seconds in which a client tries to hand in a batch
Json = dict[str, Any]


@dataclass
class Accepted:
    """A batch that was answered 202: its documents and their pages."""

    id: UUID
    pages: dict[UUID, int]
    generation: int = 1
    deleted: bool = False


@dataclass
class Tenant:
    """A tenant, what was promised to it, and what it saw."""

    id: UUID
    token: str
    world: World
    receiver: Receiver
    client: httpx2.AsyncClient
    batches: list[Accepted] = field(default_factory=list)
    live: list[tuple[int, str, Json]] = field(default_factory=list)
    pages_charged_before: int = 0  # by generations and documents that are not shown any more
    answers: list[tuple[int, float]] = field(default_factory=list)  # status and seconds of every POST

    async def submit(self, documents: int, *, files: Sequence[bytes] = (), **fields: Any) -> Accepted:
        """Hand in a batch, again and again under one key, as a careful client does."""
        contents = [*files, *(an_invoice() for _ in range(documents - len(files)))]
        form = [("files", (f"{number}.pdf", content)) for number, content in enumerate(contents)]
        data = {"prompt": "Number and total", "json_schema": SCHEMA} | fields
        key = {"idempotency-key": str(uuid4())}
        async with asyncio.timeout(PATIENCE):
            while (answer := await self._post(form, data, key)) is None or answer.status_code != 202:
                await asyncio.sleep(random.uniform(0.2, 0.6))
        return self.take_note(answer.json())

    def take_note(self, body: Json) -> Accepted:
        """Of what a 202 has promised."""
        good = {UUID(file["document_id"]): file["pages"] for file in body["files"] if file["status"] == "accepted"}
        self.batches.append(Accepted(UUID(body["id"]), good))
        return self.batches[-1]

    async def _post(self, form: Any, data: Any, headers: Any) -> httpx2.Response | None:
        began = asyncio.get_running_loop().time()
        try:
            answer = await self.client.post(
                f"{self.world.url('ingest')}/api/batches", files=form, data=data, headers=headers
            )
        except httpx2.TransportError:
            return None
        self.answers.append((answer.status_code, asyncio.get_running_loop().time() - began))
        if answer.status_code not in {202, 409} and answer.status_code < 500:
            raise AssertionError(answer.text)
        return answer

    async def get(self, service: str, path: str, **query: Any) -> Json:
        answer = await self.client.get(f"{self.world.url(service)}{path}", params=query)
        answer.raise_for_status()
        return dict(answer.json())

    async def post(self, path: str, body: Any = None) -> httpx2.Response:
        return await self.client.post(f"{self.world.url('ingest')}{path}", json=body)

    @property
    def webhooks(self) -> list[tuple[str, Json]]:
        """(webhook-id, what it tells with its type) of every request that came."""
        told = [
            (request.headers["webhook-id"], json.loads(request.body)) for request in self.receiver.at(f"/{self.id}")
        ]
        return [(id_, body["data"] | {"type": body["type"]}) for id_, body in told]

    async def watch(self) -> None:
        """Follow the live events, from the last id seen after every cut."""
        last: int | None = None
        while True:
            headers = {} if last is None else {"last-event-id": str(last)}
            try:
                url = f"{self.world.url('aggregator')}/api/events"
                async with self.client.stream(
                    "GET", url, headers=headers, timeout=httpx2.Timeout(5, read=30)
                ) as answer:
                    async for id_, kind, body in _events(answer):
                        last = id_
                        self.live.append((id_, kind, body))
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.2)


async def _events(answer: httpx2.Response) -> AsyncIterator[tuple[int, str, Json]]:
    told: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            told[name] = value.strip()
        elif "data" in told:
            yield int(told.get("id", 0)), told.get("event", ""), json.loads(told["data"])
            told = {}


@asynccontextmanager
async def tenants_of(world: World, count: int) -> AsyncIterator[list[Tenant]]:
    """So many tenants, with a webhook and a live stream each."""
    database = Database(url_of(world.urls.postgres, "ingest", "worker", world.passwords["ingest"]["worker"]))
    async with AsyncExitStack() as cleanup:
        cleanup.push_async_callback(database.close)
        receiver = await cleanup.enter_async_context(receiving())
        tenants = []
        for _ in range(count):
            tenant, token = uuid4(), f"igt_{secrets.token_urlsafe(32)}"
            await ensure_tenant(
                database, tenant, name=str(tenant), plan="enterprise", token=token, user="ada", role="admin"
            )
            client = plain_client(headers={"authorization": f"Bearer {token}"}, timeout=httpx2.Timeout(60, connect=5))
            tenants.append(Tenant(tenant, token, world, receiver, await cleanup.enter_async_context(client)))
            hook = {"url": receiver.url(f"/{tenant}"), "events": PUBLIC}
            answer = await client.post(f"{world.url('notifier')}/api/webhooks", json=hook)
            assert answer.status_code == 201, answer.text
        watching = [asyncio.create_task(tenant.watch()) for tenant in tenants]
        try:
            yield tenants
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
