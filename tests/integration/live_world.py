"""Live progress for tests: replicas of the aggregator's live part on real servers, and clients that read their events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx2

from ingestio.local.one_process import answering
from ingestio.local.ports import listen_on, url_of
from services.aggregator.handlers import project
from services.aggregator.latecomers import Latecomers
from services.aggregator.live import Hub
from services.aggregator.live_routes import live_router
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database
from shared.events import BatchCreated
from shared.http import new_app
from tests.makers import a_batch_created
from tests.stores import SettingsOf


@dataclass
class TokensAreTenants:
    """A verifier for tests: the token is the id of the tenant, until it is revoked."""

    revoked: set[str] = field(default_factory=set)

    async def verify(self, token: str) -> Identity | None:
        return None if token in self.revoked else Identity(tenant_id=UUID(token), user="ada", role="admin")


@dataclass(frozen=True)
class Heard:
    """One server-sent event."""

    id: int
    event: str
    data: Any


async def events_of(answer: httpx2.Response) -> AsyncIterator[Heard]:
    said: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            said[name] = value
        elif "data" in said:
            yield Heard(int(said["id"]), said["event"], json.loads(said["data"]))
        if not line:
            said = {}


@dataclass
class Replica:
    """One process of the aggregator: its hub, woken by its bell, and its address."""

    hub: Hub
    bell: Bell
    url: str
    verifier: TokensAreTenants


@dataclass
class World:
    """The aggregator's database, as many replicas as a test starts, and a tenant of its own."""

    db: Database
    api_db: Database
    client: httpx2.AsyncClient
    tenant: UUID = field(default_factory=uuid4)

    def batch(self, files: int = 1) -> BatchCreated:
        return a_batch_created(files=files, tenant_id=self.tenant)

    async def hear(self, *events: Event, replica: Replica | None = None) -> None:
        async with self.db.transaction() as tx:
            await project(events, tx=tx)
        if replica:
            replica.bell.ring()

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[Replica]:
        async def probe() -> dict[str, bool]:
            return {}

        bell, listener = Bell(), listen_on(0)
        hub = Hub(self.db, bell.news)
        app = new_app("test", probe=probe)
        app.state.verifier = TokensAreTenants()
        app.state.before_stop.append(hub.close)
        reading = asyncio.create_task(hub.run())
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(404))) as nobody:
            latecomers = Latecomers(nobody, db=self.db, api_db=self.api_db, bell=bell)
            app.include_router(live_router(hub=hub, api_db=self.api_db, latecomers=latecomers))
            async with answering(app, listener):
                yield Replica(hub, bell, url_of(listener), app.state.verifier)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

    @asynccontextmanager
    async def watching(
        self, url: str, path: str = "/api/events", *, after: int | None = None, tenant: UUID | None = None
    ) -> AsyncIterator[AsyncIterator[Heard]]:
        headers = {"authorization": f"Bearer {tenant or self.tenant}"}
        headers |= {} if after is None else {"last-event-id": str(after)}
        async with self.client.stream("GET", url + path, headers=headers) as answer:
            assert answer.status_code == 200, await answer.aread()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield events_of(answer)


@asynccontextmanager
async def a_world(settings_of: SettingsOf) -> AsyncIterator[World]:
    settings = settings_of("aggregator")
    db, api_db = Database(settings.database_url, pool_size=10), Database(settings.api_database_url)
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=30, limits=limits, trust_env=False) as client:
        yield World(db, api_db, client)
    await db.close()
    await api_db.close()


def of(batch: BatchCreated, position: int = 0) -> dict[str, Any]:
    ids = {"tenant_id": batch.tenant_id, "batch_id": batch.batch_id}
    return ids | {"document_id": batch.files[position].document_id}


async def next_of(events: AsyncIterator[Heard]) -> Heard:
    async with asyncio.timeout(10):
        return await anext(events)
