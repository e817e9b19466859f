"""Ingest as tests knock at it: tenants on any plan, batches over HTTP, and the rows behind them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.ingest.app import wire
from services.ingest.handlers import on_document_ended
from services.ingest.quota import Pair, Quota, quota_of, reserve
from services.ingest.settings import Settings
from services.ingest.settlement import Terminal
from services.ingest.tenants import TenantChange, add_tenant, change_tenant
from services.ingest.tokens import add_token
from shared.db import rows, run_sql
from shared.events import DocumentCancelled, DocumentExtracted, DocumentFailed, QuotaWarning, decode
from shared.service import Service, build_app
from shared.settings import ServiceSettings
from shared.vocabulary import Role
from tests import makers

WEBHOOK_SECRET = "whsec_of_the_tests"


@dataclass(frozen=True)
class Renter:
    """A tenant and the token of one of its users."""

    id: UUID
    token: str


class CrashError(Exception):
    """The process ends in the middle of a transaction."""


class FrontDoor:
    """The service, its API, and shortcuts to what the API does not show."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.db = service.db
        self.api_db = service.api_db
        self.tenants: list[UUID] = []
        self._app = build_app("ingest", [service])

    async def tenant(self, *, plan: str = "enterprise", role: Role = Role.ADMIN, **own: Any) -> Renter:
        """A new tenant; `own` are limits and status of its own."""
        async with self.db.transaction() as tx:
            tenant = await add_tenant(tx, name=f"tenant {uuid4()}", plan=plan)
            await change_tenant(tx, tenant.id, TenantChange.model_validate(own))
        self.tenants.append(tenant.id)
        return await self.user(tenant.id, role)

    async def user(self, tenant_id: UUID, role: Role) -> Renter:
        """Another user of a tenant."""
        async with self.db.transaction() as tx:
            token = await add_token(tx, tenant_id, user=role.value, role=role, lifetime=None, created_by="test")
        return Renter(tenant_id, token.secret)

    async def change(self, tenant: Renter, **own: Any) -> None:
        async with self.db.transaction() as tx:
            await change_tenant(tx, tenant.id, TenantChange.model_validate(own))

    def http(self, user: Renter | None = None) -> httpx2.AsyncClient:
        headers = {"authorization": f"Bearer {user.token}"} if user else {}
        transport = httpx2.ASGITransport(self._app)
        return httpx2.AsyncClient(transport=transport, base_url="http://ingest", headers=headers, timeout=120)

    async def submit(
        self, user: Renter, *files: bytes, to: str = "/api/batches", headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        parts = [("files", (f"{number}.pdf", file)) for number, file in enumerate(files)]
        async with self.http(user) as client:
            return await client.post(to, files=parts, data={"strategy": "auto"}, headers=headers)

    async def reserve(self, tenant: Renter, *pages: int, generation: int = 1) -> list[Pair]:
        """Reserve for so many new documents at once; returns all of them, also those that did not fit."""
        pairs = [Pair(uuid4(), uuid4(), generation, count) for count in pages]
        async with self.api_db.transaction(tenant=tenant.id) as tx:
            await reserve(tx, tenant.id, pairs)
        return pairs

    async def hear(self, *events: Terminal) -> None:
        async with self.db.transaction() as tx:
            await on_document_ended(events, tx=tx)

    async def quota(self, tenant: Renter) -> Quota:
        async with self.api_db.transaction(tenant=tenant.id) as tx:
            return await quota_of(tx, tenant.id)

    async def counts(self, tenant: Renter) -> tuple[int, int]:
        """Pages used and reserved."""
        quota = await self.quota(tenant)
        return quota.used, quota.reserved

    async def warnings(self, tenant: Renter) -> Sequence[QuotaWarning]:
        """What waits in the outbox to be told, in order."""
        told = await self.rows(
            "SELECT body FROM outbox WHERE tenant_id = $1 AND type = 'quota.warning' ORDER BY position", tenant.id
        )
        return [event for row in told if isinstance(event := decode(bytes(row.body)), QuotaWarning)]

    async def rows(self, sql: str, *parameters: Any) -> Sequence[Any]:
        """Rows as the worker sees them: of all tenants."""
        async with self.db.transaction() as tx:
            return await rows(tx, sql, *parameters)


@asynccontextmanager
async def a_front_door(settings: ServiceSettings) -> AsyncIterator[FrontDoor]:
    """Ingest, wired and not started. What was handed in goes at the end, so that no running ingest finds it later."""
    service = wire(Settings(**settings.model_dump(), subscription_webhook_secret=WEBHOOK_SECRET, page_cost=0.002))
    door = FrontDoor(service)
    yield door
    async with service.db.transaction() as tx:
        for table in ("outbox", "documents", "uploads", "batches"):
            await run_sql(tx, f"DELETE FROM {table} WHERE tenant_id = ANY($1::uuid[])", door.tenants)
    await service.stop()


def extracted(tenant: Renter, pair: Pair, **changes: object) -> DocumentExtracted:
    return makers.a_document_extracted(**_about(tenant, pair), pages=pair.pages, **changes)


def failed(tenant: Renter, pair: Pair) -> DocumentFailed:
    return makers.a_document_failed(**_about(tenant, pair))


def cancelled(tenant: Renter, pair: Pair) -> DocumentCancelled:
    return makers.a_document_cancelled(**_about(tenant, pair))


def _about(tenant: Renter, pair: Pair) -> dict[str, object]:
    about = {"tenant_id": tenant.id, "batch_id": pair.batch_id}
    return about | {"document_id": pair.document_id, "generation": pair.generation}
