"""The aggregator's API on a real database, as one tenant sees it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.aggregator.analytics_routes import analytics_router, tenants_analytics_router
from services.aggregator.handlers import project
from services.aggregator.latecomers import Latecomers
from services.aggregator.routes import batch_router, document_router
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database
from shared.events import BatchCreated
from shared.http import new_app
from shared.settings import ServiceSettings
from tests.makers import (
    a_batch_created,
)

Answer = Callable[[httpx2.Request], httpx2.Response]


class TokensAreTenants:
    """A verifier for tests: the token is the id of the tenant."""

    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=UUID(token), user="ada", role="admin")


@dataclass
class Api:
    """The API as one tenant sees it; `ingest_answers` stands for ingest."""

    db: Database
    client: httpx2.AsyncClient
    tenant: UUID
    asked: list[httpx2.Request]
    ingest_answers: Answer

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            await project(events, tx=tx)

    async def get(self, path: str, *, tenant: UUID | None = None, **headers: str) -> httpx2.Response:
        authorization = {"authorization": f"Bearer {tenant or self.tenant}"}
        return await self.client.get(path, headers=authorization | {k.replace("_", "-"): v for k, v in headers.items()})

    def batch(self, files: int = 1, **changes: Any) -> BatchCreated:
        return a_batch_created(files=files, tenant_id=self.tenant, **changes)


@asynccontextmanager
async def an_api(settings: ServiceSettings) -> AsyncIterator[Api]:
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)

    async def probe() -> dict[str, bool]:
        return {}

    def ingest(request: httpx2.Request) -> httpx2.Response:
        world.asked.append(request)
        return world.ingest_answers(request)

    app = new_app("test", probe=probe)
    app.state.verifier = TokensAreTenants()
    async with (
        httpx2.AsyncClient(transport=httpx2.MockTransport(ingest), base_url="http://ingest") as asking,
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client,
    ):
        latecomers = Latecomers(asking, db=db, api_db=api_db, bell=Bell())
        app.include_router(batch_router(api_db, latecomers=latecomers))
        app.include_router(document_router(api_db))
        app.include_router(analytics_router(api_db))
        app.include_router(tenants_analytics_router(db))
        world = Api(db, client, uuid4(), [], lambda _: httpx2.Response(404))
        yield world
    await db.close()
    await api_db.close()
