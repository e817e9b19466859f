"""Deliveries over HTTP: what was sent and what came back, a ping, and sending again."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.notifier.webhook_routes import found, must_be_admin
from services.notifier.webhook_store import ping, read_deliveries, read_webhooks, replay
from services.notifier.webhook_views import Delivery, DeliveryPage
from shared.audit import record
from shared.auth import Caller
from shared.bell import Bell
from shared.db import Database
from shared.paging import Cursor

_LATEST = Cursor(datetime.max.replace(tzinfo=UTC), UUID(int=0))


def delivery_router(api_db: Database, *, bell: Bell) -> APIRouter:
    routes = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

    @routes.post("/{webhook_id}/ping", status_code=202)
    async def send_ping(webhook_id: UUID, caller: Caller) -> Delivery:
        """Send a `webhook.ping`, to see whether it arrives."""
        must_be_admin(caller)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found(next(iter(await read_webhooks(tx, webhook_id)), None))
            planned = await ping(tx, caller.tenant_id, webhook_id)
            await record(tx, caller, "webhook.ping", None, {"webhook_id": str(webhook_id)})
        bell.ring()
        return planned

    @routes.get("/{webhook_id}/deliveries")
    async def list_deliveries(
        webhook_id: UUID,
        caller: Caller,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: str | None = None,
    ) -> DeliveryPage:
        """What was sent and what came back, newest first; kept for thirty days."""
        place = Cursor.read(cursor) if cursor else _LATEST
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found(next(iter(await read_webhooks(tx, webhook_id)), None))
            return await read_deliveries(tx, webhook_id, place=place, limit=limit)

    @routes.post("/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202)
    async def send_again(webhook_id: UUID, delivery_id: UUID, caller: Caller) -> Delivery:
        """Send a delivery again, under the same id."""
        must_be_admin(caller)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            planned = found(await replay(tx, webhook_id, delivery_id))
            about = {"webhook_id": str(webhook_id), "delivery_id": str(delivery_id)}
            await record(tx, caller, "webhook.replay", None, about)
        bell.ring()
        return planned

    return routes
