"""All tenants over HTTP, for operators."""

from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.tenants import Tenant, TenantChange, add_tenant, change_tenant, list_tenants, tenant_of
from services.ingest.tokens import NewToken, add_token
from shared.audit import record
from shared.auth import Operator
from shared.db import Database
from shared.vocabulary import Role

log = structlog.get_logger()


class TenantWish(BaseModel):
    """A new tenant, and the user who gets its first token."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    plan: str = Field(max_length=100)
    admin: str = Field(default="admin", min_length=1, max_length=200)


class NewTenant(BaseModel):
    tenant: Tenant
    token: NewToken


class Tenants(BaseModel):
    items: list[Tenant]


def admin_router(db: Database) -> APIRouter:
    """The routes work on the worker's database role, which sees all tenants."""
    routes = APIRouter(prefix="/api/admin/tenants", tags=["admin"])

    @routes.get("")
    async def get_tenants(_: Operator) -> Tenants:
        """All tenants and their plans."""
        async with db.transaction() as tx:
            return Tenants(items=await list_tenants(tx))

    @routes.get("/{tenant_id}")
    async def get_tenant(tenant_id: UUID, _: Operator) -> Tenant:
        """One tenant and its plan."""
        async with db.transaction() as tx:
            return await tenant_of(tx, tenant_id)

    @routes.post("", status_code=201)
    async def create_tenant(wish: TenantWish, operator: Operator) -> NewTenant:
        """A tenant and its first admin token, whose secret is in this answer and nowhere else."""
        async with db.transaction() as tx:
            tenant = await add_tenant(tx, name=wish.name, plan=wish.plan)
            token = await add_token(
                tx, tenant.id, user=wish.admin, role=Role.ADMIN, lifetime=None, created_by=operator.user
            )
            about = {"plan": tenant.plan, "token_id": str(token.id)}
            await record(tx, operator, "tenant.create", None, about, tenant_id=tenant.id)
        log.info("tenant_added", tenant_id=str(tenant.id), plan=tenant.plan, by=operator.user)
        return NewTenant(tenant=tenant, token=token)

    @routes.patch("/{tenant_id}")
    async def update_tenant(tenant_id: UUID, change: TenantChange, operator: Operator) -> Tenant:
        """Change plan, subscription status or the tenant's own limits."""
        async with db.transaction() as tx:
            tenant = await change_tenant(tx, tenant_id, change)
            told = change.model_dump(mode="json", exclude_unset=True)
            await record(tx, operator, "tenant.change", None, told, tenant_id=tenant_id)
        log.info("tenant_changed", tenant_id=str(tenant_id), plan=tenant.plan, status=tenant.status, by=operator.user)
        return tenant

    return routes
