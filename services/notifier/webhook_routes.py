"""Webhooks over HTTP: endpoints and their secrets. Changing them is for admins of the tenant."""

from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter

from services.notifier.addresses import ForbiddenUrlError
from services.notifier.sealing import Seal
from services.notifier.sending import Sender
from services.notifier.webhook_store import (
    add_webhook,
    change_webhook,
    read_webhooks,
    remove_webhook,
    rotate_secret,
)
from services.notifier.webhook_views import (
    NewWebhook,
    Secret,
    Webhook,
    WebhookChange,
    WebhookList,
    WebhookWithSecret,
)
from shared.audit import record
from shared.auth import Caller, Identity
from shared.db import Database
from shared.http import ApiError, not_found

_MOST = 20
_ADMINS = {"admin", "operator"}

T = TypeVar("T")


def webhook_router(api_db: Database, *, sender: Sender, seal: Seal) -> APIRouter:
    routes = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

    @routes.post("", status_code=201)
    async def create(new: NewWebhook, caller: Caller) -> WebhookWithSecret:
        """Add an endpoint. Its secret is shown this once."""
        must_be_admin(caller)
        values = new.model_dump() | {"url": await _checked(sender, new.url)}
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            if len(await read_webhooks(tx)) >= _MOST:
                raise ApiError(409, "too_many_webhooks", f"A tenant may have {_MOST} webhooks. Remove one first.")
            named = {"tenant_id": caller.tenant_id, "created_by": caller.user}
            webhook, secret = await add_webhook(tx, values | named, seal=seal)
            about = {"webhook_id": str(webhook.id), "host": urlsplit(webhook.url).hostname, "events": webhook.events}
            await record(tx, caller, "webhook.create", None, about)
        return WebhookWithSecret(**webhook.model_dump(), secret=secret)

    @routes.get("")
    async def list_all(caller: Caller) -> WebhookList:
        """Your endpoints."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return WebhookList(items=await read_webhooks(tx))

    @routes.get("/{webhook_id}")
    async def get(webhook_id: UUID, caller: Caller) -> Webhook:
        """One of your endpoints."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return found(next(iter(await read_webhooks(tx, webhook_id)), None))

    _add_changes(routes, api_db, sender=sender, seal=seal)
    return routes


def _add_changes(routes: APIRouter, api_db: Database, *, sender: Sender, seal: Seal) -> None:
    @routes.patch("/{webhook_id}")
    async def change(webhook_id: UUID, change: WebhookChange, caller: Caller) -> Webhook:
        """Change an endpoint, or switch it off and on."""
        must_be_admin(caller)
        if change.url is not None:
            change = change.model_copy(update={"url": await _checked(sender, change.url)})
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            changed = found(await change_webhook(tx, webhook_id, change))
            told = {"fields": sorted(change.model_fields_set), "enabled": changed.enabled}
            await record(tx, caller, "webhook.change", None, {"webhook_id": str(webhook_id)} | told)
        return changed

    @routes.delete("/{webhook_id}", status_code=204)
    async def remove(webhook_id: UUID, caller: Caller) -> None:
        """Remove an endpoint and the log of its deliveries."""
        must_be_admin(caller)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found(await remove_webhook(tx, webhook_id) or None)
            await record(tx, caller, "webhook.delete", None, {"webhook_id": str(webhook_id)})

    @routes.post("/{webhook_id}/secret")
    async def rotate(webhook_id: UUID, caller: Caller) -> Secret:
        """Make a new secret. For 24 hours messages are signed with both, so no message is refused meanwhile."""
        must_be_admin(caller)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            secret = found(await rotate_secret(tx, webhook_id, seal=seal))
            await record(tx, caller, "webhook.rotate_secret", None, {"webhook_id": str(webhook_id)})
        return secret


def found(what: T | None) -> T:
    """The same, or a 404."""
    if what is None:
        raise not_found("webhook")
    return what


def must_be_admin(caller: Identity) -> None:
    if caller.role not in _ADMINS:
        raise ApiError(403, "forbidden", "Only admins of the tenant may change webhooks.")


async def _checked(sender: Sender, url: str) -> str:
    try:
        return await sender.check(url)
    except ForbiddenUrlError as error:
        raise ApiError(422, "url_not_allowed", str(error)) from error
