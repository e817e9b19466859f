"""Tenants: who they are, on which plan, and with which limits of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4, uuid5

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.dialects.postgresql import insert

from services.ingest.tables import tenants, tokens
from shared.auth import token_hash
from shared.cloudevent import NAMESPACE
from shared.db import Database, Transaction, rows
from shared.http import ApiError, not_found

LOCAL_TENANT = uuid5(NAMESPACE, "tenant|local")

Status = Literal["trialing", "active", "incomplete", "incomplete_expired", "past_due", "canceled", "unpaid", "paused"]
OwnLimit = Field(default=None, ge=1, le=2**31 - 1, description="Goes before the plan's limit; null: as the plan says.")

_TENANTS = """
SELECT t.tenant_id AS id, t.name, t.plan, t.status, t.created_at, l.files_per_batch, l.pages_per_month,
       l.batches_per_minute, l.queue_weight, l.documents_at_once, coalesce(q.used, 0) AS used, coalesce(q.reserved, 0) AS reserved
FROM tenants t JOIN tenant_limits l USING (tenant_id)
LEFT JOIN quota_periods q ON q.tenant_id = t.tenant_id AND q.period_start = period_start()
"""


class Tenant(BaseModel):
    """A tenant with the limits that hold for it (null: none), its share of the queues, and its pages of this month."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    plan: str
    status: str
    files_per_batch: int | None
    pages_per_month: int | None
    batches_per_minute: int | None
    queue_weight: float
    documents_at_once: int
    used: int
    reserved: int
    created_at: datetime


class TenantChange(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    plan: str = Field(default="", max_length=100)
    status: Status = "active"
    files_per_batch: int | None = OwnLimit
    pages_per_month: int | None = Field(default=None, ge=0, le=2**53, description="As files_per_batch.")
    batches_per_minute: int | None = Field(default=None, ge=1, le=1_000, description="As files_per_batch.")
    queue_weight: float | None = Field(default=None, ge=0.01, le=1_000, description="As files_per_batch.")
    documents_at_once: int | None = Field(default=None, ge=1, le=10_000, description="As files_per_batch.")


async def ensure_local_tenant(db: Database, *, token: str) -> None:
    """The tenant of a local stack, on the plan `enterprise`, with an operator's token. Doing it again changes nothing."""
    await ensure_tenant(db, LOCAL_TENANT, name="local", plan="enterprise", token=token, user="local", role="operator")


async def ensure_tenant(
    db: Database, tenant_id: UUID, *, name: str, plan: str, token: str, user: str, role: str
) -> None:
    """Insert a tenant and one token of it, unless they are there."""
    async with db.transaction() as tx:
        await tx.execute(insert(tenants).values(tenant_id=tenant_id, name=name, plan=plan).on_conflict_do_nothing())
        row = {"hash": token_hash(token), "tenant_id": tenant_id, "user_name": user, "role": role}
        await tx.execute(insert(tokens).values(row).on_conflict_do_nothing())


async def add_tenant(tx: Transaction, *, name: str, plan: str) -> Tenant:
    """Raises ApiError: 422 for an unknown plan, 409 for a name that is taken."""
    await _check_plan(tx, plan)
    tenant_id = uuid4()
    added = await tx.execute(insert(tenants).values(tenant_id=tenant_id, name=name, plan=plan).on_conflict_do_nothing())
    if not added.rowcount:
        raise ApiError(409, "name_taken", f"There is a tenant called {name} already.")
    return await tenant_of(tx, tenant_id)


async def list_tenants(tx: Transaction) -> list[Tenant]:
    """All of them, by name."""
    return [Tenant.model_validate(row) for row in await rows(tx, f"{_TENANTS} ORDER BY t.name")]


async def tenant_of(tx: Transaction, tenant_id: UUID) -> Tenant:
    """Raises ApiError 404."""
    return _only(await rows(tx, f"{_TENANTS} WHERE t.tenant_id = $1", tenant_id))


async def find_tenant(tx: Transaction, name_or_id: str) -> Tenant:
    """Raises ApiError 404."""
    return _only(await rows(tx, f"{_TENANTS} WHERE t.name = $1 OR t.tenant_id::text = $1", name_or_id))


async def change_tenant(tx: Transaction, tenant_id: UUID, change: TenantChange) -> Tenant:
    """Takes effect with the next submission. Raises ApiError: 404, or 422 for an unknown plan."""
    values = change.model_dump(exclude_unset=True)
    if "plan" in values:
        await _check_plan(tx, change.plan)
    if values:
        await tx.execute(tenants.update().where(tenants.c.tenant_id == tenant_id).values(values))
    return await tenant_of(tx, tenant_id)


async def _check_plan(tx: Transaction, plan: str) -> None:
    known = [row.plan for row in await rows(tx, "SELECT plan FROM plans ORDER BY pages_per_month NULLS LAST")]
    if plan not in known:
        raise ApiError(422, "unknown_plan", f"There is no plan {plan}. Plans are {', '.join(known)}.")


def _only(found: Sequence[Any]) -> Tenant:
    if not found:
        raise not_found("tenant")
    return Tenant.model_validate(found[0])
