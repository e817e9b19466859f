"""Subscription events in Stripe's shape: what they say, and the tenant's plan and status that follow.

They may come twice and in any order. What the newest one says holds: by its `created`, where that is the same by kind
(created, updated, deleted), and then by arrival.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel, Field, ValidationError

from services.ingest.plans import MAY_SUBMIT
from services.ingest.tenants import Status
from shared.audit import record
from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.http import ApiError

log = structlog.get_logger()

_KINDS = ("customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted")

# Later news of the same subscription, or of the one that was believed.
_LATER = """
SELECT 1 FROM subscription_events
WHERE tenant_id = $1 AND (applied OR subscription = $2) AND (happened_at, rank) > ($3, $4) LIMIT 1
"""


class _Price(BaseModel):
    lookup_key: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)


class _Item(BaseModel):
    price: _Price


class _Items(BaseModel):
    data: list[_Item] = Field(default_factory=list)


class _Subscription(BaseModel):
    id: str
    customer: str
    status: Status
    items: _Items = _Items()
    metadata: dict[str, str] = Field(default_factory=dict)


class _Data(BaseModel):
    object: dict[str, Any]


class _Event(BaseModel):
    id: str = Field(min_length=1, max_length=255)
    type: str
    created: int = Field(ge=0, le=2**40)
    data: _Data


@dataclass(frozen=True)
class SubscriptionChange:
    """What one event says. `plans` are the names it may mean, the likeliest first."""

    event_id: str
    kind: str
    happened_at: datetime
    subscription: str
    customer: str
    status: str
    tenant: str | None
    plans: tuple[str, ...]

    @property
    def rank(self) -> int:
        return _KINDS.index(self.kind)


def read_change(body: bytes) -> SubscriptionChange | None:
    """The change an event tells of; None for an event of another kind. Raises ApiError 400 for what is no event."""
    try:
        event = _Event.model_validate_json(body)
        if event.type not in _KINDS:
            return None
        subscription = _Subscription.model_validate(event.data.object)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ApiError(400, "invalid_event", f"{where}: not as in Stripe's events.") from error
    prices = [item.price for item in subscription.items.data]
    names = [name for price in prices for name in (price.lookup_key, price.metadata.get("plan"))]
    return SubscriptionChange(
        event_id=event.id,
        kind=event.type,
        happened_at=datetime.fromtimestamp(event.created, UTC),
        subscription=subscription.id,
        customer=subscription.customer,
        status="canceled" if event.type == _KINDS[-1] else subscription.status,
        tenant=subscription.metadata.get("tenant_id"),
        plans=tuple(name for name in (*names, subscription.metadata.get("plan")) if name),
    )


async def apply_change(tx: Transaction, change: SubscriptionChange) -> bool:
    """Give the tenant the plan and status of this event, unless it is known, older than others, or nobody's of ours.

    Raises ApiError 422 when it names a tenant or a plan that does not exist: the provider then sends it again.
    """
    tenant = await _tenant(tx, change)
    if tenant is None:
        log.warning("subscription_of_nobody", event_id=change.event_id, customer=change.customer)
        return False
    plan = await _plan(tx, change)
    applies = _concerns(change, tenant.subscription) and not await rows(
        tx, _LATER, tenant.tenant_id, change.subscription, change.happened_at, change.rank
    )
    if not await _remember(tx, tenant.tenant_id, change, applied=applies) or not applies:
        return False
    await run_sql(
        tx,
        "UPDATE tenants SET plan = coalesce($2, plan), status = $3, customer = $4, subscription = $5 WHERE tenant_id = $1",
        tenant.tenant_id,
        plan,
        change.status,
        change.customer,
        change.subscription,
    )
    payer = Identity(tenant_id=tenant.tenant_id, user="payment provider", role="system")
    told = {"event_id": change.event_id, "plan": plan, "status": change.status}
    await record(tx, payer, "subscription.change", None, told)
    log.info("subscription_changed", tenant_id=str(tenant.tenant_id), plan=plan, status=change.status)
    return True


def _concerns(change: SubscriptionChange, current: str | None) -> bool:
    """The end of a subscription that was replaced by another ends nothing."""
    return current in {None, change.subscription} or change.status in MAY_SUBMIT


async def _tenant(tx: Transaction, change: SubscriptionChange) -> Any | None:
    """The tenant's row, locked: its events are taken one after the other."""
    found = await rows(
        tx,
        "SELECT tenant_id, subscription FROM tenants WHERE CASE WHEN $1::text IS NULL THEN customer = $2"
        " ELSE tenant_id::text = lower($1) END FOR NO KEY UPDATE",
        change.tenant,
        change.customer,
    )
    if not found and change.tenant:
        raise ApiError(422, "unknown_tenant", "metadata.tenant_id names no tenant of ours.")
    return found[0] if found else None


async def _plan(tx: Transaction, change: SubscriptionChange) -> str | None:
    """The first plan of that name; a deleted subscription needs none."""
    found = await rows(
        tx,
        "SELECT plan FROM plans WHERE plan = ANY($1::text[]) ORDER BY array_position($1::text[], plan)",
        list(change.plans),
    )
    if not found and change.kind != _KINDS[-1]:
        raise ApiError(422, "unknown_plan", "Neither the price's lookup_key nor metadata.plan names a plan of ours.")
    return str(found[0].plan) if found else None


async def _remember(tx: Transaction, tenant_id: UUID, change: SubscriptionChange, *, applied: bool) -> bool:
    """False when the event was heard before."""
    inserted = await run_sql(
        tx,
        "INSERT INTO subscription_events (event_id, tenant_id, subscription, kind, happened_at, rank, applied)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event_id) DO NOTHING",
        change.event_id,
        tenant_id,
        change.subscription,
        change.kind,
        change.happened_at,
        change.rank,
        applied,
    )
    return bool(inserted.rowcount)
