"""Endpoints and deliveries as a tenant's own requests read and write them, under row-level security."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import delete, insert, select, update

from services.notifier.deliveries import job_of
from services.notifier.sealing import Seal
from services.notifier.signing import new_secret
from services.notifier.tables import deliveries, webhooks
from services.notifier.webhook_views import Delivery, DeliveryPage, Secret, Webhook, WebhookChange
from shared.db import Transaction, rows
from shared.jobs import enqueue
from shared.paging import Cursor

_PING = "webhook.ping"

_DELIVERIES = """
SELECT d.delivery_id AS id, d.event_id, d.type, d.created_at, d.tenant_id, d.webhook_id, j.generation,
  CASE j.state::text WHEN 'x' THEN 'delivered' WHEN 'f' THEN 'failed' ELSE 'waiting' END AS state,
  CASE WHEN j.state = 'd' THEN j.run_at END AS next_attempt_at,
  coalesce((SELECT jsonb_agg(to_jsonb(a) ORDER BY a.generation, a.number) FROM attempts a
            WHERE a.tenant_id = d.tenant_id AND a.delivery_id = d.delivery_id), '[]')::text AS attempts
FROM deliveries d LEFT JOIN LATERAL (
  SELECT * FROM jobs WHERE subject = d.delivery_id ORDER BY generation DESC LIMIT 1) j ON true
WHERE d.webhook_id = $1
"""
_PAGE = f"{_DELIVERIES} AND (d.created_at, d.delivery_id) < ($2, $3) ORDER BY d.created_at DESC, d.delivery_id DESC LIMIT $4"
_ONE = f"{_DELIVERIES} AND d.delivery_id = $2"

_ROTATE = """
UPDATE webhooks SET previous_secret = secret, secret = $2, previous_until = now() + interval '24 hours'
WHERE webhook_id = $1 RETURNING previous_until
"""


async def read_webhooks(tx: Transaction, webhook_id: UUID | None = None) -> list[Webhook]:
    """All of the tenant's, or the one; the oldest first."""
    wanted = [webhooks.c.webhook_id == webhook_id] if webhook_id else []
    found = await tx.execute(select(webhooks).where(*wanted).order_by(webhooks.c.created_at, webhooks.c.webhook_id))
    return [_webhook(row) for row in found]


async def add_webhook(tx: Transaction, values: dict[str, Any], *, seal: Seal) -> tuple[Webhook, str]:
    """The endpoint and its secret."""
    secret = new_secret()
    row = values | {"webhook_id": uuid4(), "secret": seal.close(secret)}
    added = (await tx.execute(insert(webhooks).values(row).returning(webhooks))).one()
    return _webhook(added), secret


async def change_webhook(tx: Transaction, webhook_id: UUID, change: WebhookChange) -> Webhook | None:
    """The endpoint as it is then; None where there is none."""
    values = change.model_dump(exclude_none=True, exclude={"enabled"})
    if change.enabled is True:
        values |= {"disabled_at": None, "disabled_reason": None}
    if change.enabled is False:
        values |= {"disabled_at": datetime.now(UTC), "disabled_reason": "Switched off."}
    if not values:
        return next(iter(await read_webhooks(tx, webhook_id)), None)
    changing = update(webhooks).where(webhooks.c.webhook_id == webhook_id).values(values).returning(webhooks)
    found = (await tx.execute(changing)).one_or_none()
    return _webhook(found) if found else None


async def remove_webhook(tx: Transaction, webhook_id: UUID) -> bool:
    """Its deliveries go with it; jobs that still wait find nothing to send."""
    return bool((await tx.execute(delete(webhooks).where(webhooks.c.webhook_id == webhook_id))).rowcount)


async def rotate_secret(tx: Transaction, webhook_id: UUID, *, seal: Seal) -> Secret | None:
    secret = new_secret()
    found = await rows(tx, _ROTATE, webhook_id, seal.close(secret))
    return Secret(secret=secret, previous_valid_until=found[0].previous_until) if found else None


async def read_deliveries(tx: Transaction, webhook_id: UUID, *, place: Cursor, limit: int) -> DeliveryPage:
    """The newest first."""
    found = await rows(tx, _PAGE, webhook_id, *place, limit + 1)
    items = [_delivery(row) for row in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return DeliveryPage(items=items, next_cursor=str(Cursor(last.created_at, last.id)) if last else None)


async def ping(tx: Transaction, tenant_id: UUID, webhook_id: UUID) -> Delivery:
    """Plan the delivery of an event that tells of nothing."""
    told = {"type": _PING, "timestamp": datetime.now(UTC).isoformat(), "data": {"webhook_id": str(webhook_id)}}
    row: dict[str, Any] = {"tenant_id": tenant_id, "delivery_id": uuid4(), "webhook_id": webhook_id}
    row |= {"event_id": uuid4(), "type": _PING, "body": orjson.dumps(told).decode()}
    await tx.execute(insert(deliveries).values(row))
    await enqueue(tx, [job_of(row)])
    return _delivery((await rows(tx, _ONE, webhook_id, row["delivery_id"]))[0])


async def replay(tx: Transaction, webhook_id: UUID, delivery_id: UUID) -> Delivery | None:
    """Send it once more, under the same id; an attempt that still waits gives way to it."""
    found = await rows(tx, _ONE, webhook_id, delivery_id)
    if not found:
        return None
    known = found[0]
    named = {"tenant_id": known.tenant_id, "webhook_id": webhook_id, "delivery_id": delivery_id}
    await enqueue(tx, [job_of(named, generation=(known.generation or 0) + 1)])
    return _delivery((await rows(tx, _ONE, webhook_id, delivery_id))[0])


def _webhook(row: Any) -> Webhook:
    shown = {name: getattr(row, name) for name in ("url", "events", "description", "disabled_reason", "created_by")}
    return Webhook(id=row.webhook_id, enabled=row.disabled_at is None, created_at=row.created_at, **shown)


def _delivery(row: Any) -> Delivery:
    shown: Sequence[str] = ("id", "event_id", "type", "state", "next_attempt_at", "created_at")
    return Delivery(**{name: getattr(row, name) for name in shown}, attempts=orjson.loads(row.attempts))
