"""The payment provider's webhook, which speaks for itself by its signature."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from services.ingest.signatures import check_signature
from services.ingest.subscriptions import apply_change, read_change
from shared.db import Database
from shared.http import ApiError

_LARGEST_EVENT = 256 * 1024


class Heard(BaseModel):
    """Whether an event changed something: one that came before, or is older than what is known, does not."""

    applied: bool


def subscription_router(db: Database, *, secret: str | None) -> APIRouter:
    """The route works on the worker's database role, which sees all tenants. Without a secret it hears nothing."""
    routes = APIRouter()

    @routes.post("/api/subscriptions/webhook", tags=["admin"])
    async def hear_subscription_event(
        request: Request, stripe_signature: Annotated[str, Header(max_length=2_000)] = ""
    ) -> Heard:
        """Subscription events in Stripe's shape, signed with the secret of this webhook."""
        if secret is None:
            raise ApiError(404, "webhook_off", "Set INGESTIO_SUBSCRIPTION_WEBHOOK_SECRET to hear subscription events.")
        body = await _read(request)
        check_signature(stripe_signature, body, secret=secret)
        change = read_change(body)
        if change is None:
            return Heard(applied=False)
        async with db.transaction() as tx:
            return Heard(applied=await apply_change(tx, change))

    return routes


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_EVENT:
            raise ApiError(413, "too_large", "A subscription event is never as large as this.")
    return bytes(body)
