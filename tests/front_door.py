"""Ingest as tests knock at it: tenants on any plan, batches over HTTP, and the rows behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.ingest.handlers import on_document_ended
from services.ingest.quota import Pair, Quota, quota_of, reserve
from services.ingest.settlement import Terminal
from services.ingest.tenants import TenantChange, add_tenant, change_tenant
from services.ingest.tokens import add_token
from shared.auth import Role
from shared.db import rows
from shared.events import QuotaWarning, decode
from shared.service import Service, build_app

WEBHOOK_SECRET = "whsec_of_the_tests"


@dataclass(frozen=True)
class Renter:
    """A tenant and the token of one of its users."""

    id: UUID
    token: str


class FrontDoor:
    """The service, its API, and shortcuts to what the API does not show."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.db = service.db
        self.api_db = service.api_db
        self._app = build_app("ingest", [service])

    async def tenant(self, *, plan: str = "enterprise", role: Role = Role.ADMIN, **own: Any) -> Renter:
        """A new tenant; `own` are limits and status of its own."""
        async with self.db.transaction() as tx:
            tenant = await add_tenant(tx, name=f"tenant {uuid4()}", plan=plan)
            await change_tenant(tx, tenant.id, TenantChange.model_validate(own))
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
