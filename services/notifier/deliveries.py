"""Events become deliveries: a row and a job for each endpoint that wants the event, once, however often it is heard."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy.dialects.postgresql import insert

from services.notifier.tables import deliveries
from shared.cloudevent import Event
from shared.db import Transaction, rows
from shared.jobs import NewJob, enqueue
from shared.vocabulary import Priority

# Fetched by whoever wants it, with a token: a webhook tells that something is there, and carries no content.
_NOT_TOLD = {"result", "result_key", "rows"}

_WHO_WANTS = """
SELECT tenant_id, webhook_id, events FROM webhooks
WHERE tenant_id = ANY($1::uuid[]) AND events && $2::text[] AND disabled_at IS NULL
"""


async def plan_deliveries(events: Sequence[Event], *, tx: Transaction) -> None:
    """In the transaction that takes the events in, so none is lost and none is doubled."""
    tenants, types = {event.tenant_id for event in events}, {event.type for event in events}
    endpoints = await rows(tx, _WHO_WANTS, list(tenants), list(types))
    planned = [
        delivery_of(event, endpoint.webhook_id)
        for event in events
        for endpoint in endpoints
        if endpoint.tenant_id == event.tenant_id and event.type in endpoint.events
    ]
    if planned:
        await tx.execute(insert(deliveries).on_conflict_do_nothing(), planned)
        await enqueue(tx, [job_of(delivery) for delivery in planned])


def delivery_of(event: Event, webhook_id: UUID) -> dict[str, Any]:
    """The row of a delivery. Its ids follow from the event's and the endpoint's."""
    told = event.model_dump(mode="json", exclude=_NOT_TOLD)
    told |= {"batch_id": str(event.batch_id), "generation": event.generation}
    return {
        "tenant_id": event.tenant_id,
        "delivery_id": uuid5(webhook_id, str(event.id)),
        "webhook_id": webhook_id,
        "batch_id": event.batch_id,
        "event_id": event.id,
        "type": event.type,
        "body": orjson.dumps({"type": event.type, "timestamp": event.time.isoformat(), "data": told}).decode(),
    }


def job_of(delivery: dict[str, Any], *, generation: int = 1) -> NewJob:
    """A job that sends it; a replay is its next generation. Endpoints take the place of batches: they share fairly."""
    return NewJob(
        tenant_id=delivery["tenant_id"],
        batch_id=delivery["webhook_id"],
        subject=delivery["delivery_id"],
        generation=generation,
        priority=Priority.NORMAL,
        event=b"",
    )
