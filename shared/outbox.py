"""The outbox: events written with the state they tell of, and the relay, the only publisher there is."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import DBAPIError

from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, Transaction, note, rows, run_sql
from shared.failpoints import failpoint
from shared.metrics import EVENTS_PUBLISHED, PUBLISH_DELAY
from shared.pace import Pace
from shared.publishing import Message, PublishError, Publishes
from shared.tracing import is_tracing, tell, traceparent_of, with_trace

log = structlog.get_logger()

_BATCH = 200
_KNOCK = 5
_PAUSE_AFTER_FAILURE = 1.0


_TAKE = """
DELETE FROM outbox WHERE position = ANY (ARRAY(SELECT position FROM outbox ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED))
RETURNING position, event_id, type, body, extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
"""


async def publish(tx: Transaction, events: Iterable[Event]) -> None:
    """Put events into the outbox: they exist if and only if this transaction commits. Ring the bell after it."""
    events = list(events)
    if not events:
        return
    note(tx, "outbox")
    if is_tracing():
        events = [with_trace(event) for event in events]
    await run_sql(
        tx,
        "INSERT INTO outbox (tenant_id, event_id, type, body) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[])",
        [event.tenant_id for event in events],
        [event.id for event in events],
        [event.type for event in events],
        [event.to_bytes() for event in events],
    )


class Relay:
    """Moves outbox rows to the broker. A row goes when the broker has confirmed it, so a crash can only repeat it.

    The one place where a transaction stays open across the network: the row locks keep replicas off the same rows,
    and the publisher's own time-out bounds it.
    """

    def __init__(self, db: Database, publisher: Publishes, bell: Bell) -> None:
        self._db = db
        self._publisher = publisher
        self._bell = bell

    async def run(self) -> None:
        """Relay until cancelled."""
        most, pace = _BATCH, Pace()
        while True:
            await self._bell.outbox.wait()
            await pace.rested()
            self._bell.outbox.clear()
            try:
                with pace.working():
                    while await self.relay_once(most) == most:
                        most = _BATCH
            except (PublishError, DBAPIError, OSError, TimeoutError) as error:
                log.warning("relay_paused", error=type(error).__name__)
                # A broker that confirms nothing is knocked at with little: what it gets now it gets again.
                most = _KNOCK
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)
                self._bell.outbox.set()

    async def relay_once(self, most: int = _BATCH) -> int:
        """Publish one batch, oldest first; returns how many rows it took.

        Raises PublishError when some were not confirmed: those stay, the confirmed ones are gone.
        """
        # Not durable: a row whose deletion is lost is told again, as after a crash before it.
        async with self._db.transaction(durable=False) as tx:
            waiting = sorted(await rows(tx, _TAKE, most), key=attrgetter("position"))
            if not waiting:
                return 0
            confirmed = await self._publish(waiting)
            await failpoint("outbox.after_confirm")
            if len(confirmed) < len(waiting):
                await tx.rollback()
                await run_sql(tx, "DELETE FROM outbox WHERE position = ANY($1::bigint[])", confirmed)
        await failpoint("outbox.after_delete")
        _count(waiting, set(confirmed))
        if len(confirmed) < len(waiting):
            raise PublishError(f"{len(waiting) - len(confirmed)} events were not confirmed")
        return len(waiting)

    async def _publish(self, waiting: Sequence[Any]) -> list[int]:
        messages = [Message(row.event_id, row.type, bytes(row.body)) for row in waiting]
        confirmed, _ = await asyncio.gather(self._publisher.publish(messages), failpoint("outbox.after_publish"))
        return [row.position for row, ok in zip(waiting, confirmed, strict=True) if ok]


def _count(waiting: Sequence[Any], confirmed: AbstractSet[int]) -> None:
    PUBLISH_DELAY.observe(waiting[0].age)
    if is_tracing():
        for row in waiting:
            about = {"messaging.system": "rabbitmq", "messaging.message.id": str(row.event_id)}
            parent = traceparent_of(bytes(row.body)) if row.position in confirmed else None
            tell(f"publish {row.type}", kind=SpanKind.PRODUCER, parent=parent, seconds=row.age, attributes=about)
    told = Counter((row.type, "confirmed" if row.position in confirmed else "unconfirmed") for row in waiting)
    for (type_, outcome), number in told.items():
        EVENTS_PUBLISHED.labels(type_, outcome).inc(number)
