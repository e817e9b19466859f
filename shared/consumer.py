"""Reading the broker in micro-batches: raw messages in, one decode, one set-based transaction, one multiple-ack.

It takes what is there, at the pace of what that takes (pace.py). Nothing stays unacknowledged longer than that transaction, so prefetch, time-outs
and redelivery counts of the broker are no part of the logic.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import aio_pika
import orjson
import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity
from opentelemetry.trace import SpanKind
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, Transaction, is_transient, noted, run_sql
from shared.events import UnknownEventError, decode
from shared.failpoints import failpoint
from shared.messaging import HEARTBEAT_SECONDS, plain_losses
from shared.metrics import CONSUMER_ACTIVE, CONSUMER_CANCELLED, EVENTS_CONSUMED, EVENTS_SECONDS
from shared.pace import Pace
from shared.tracing import is_tracing, tell

log = structlog.get_logger()

Handler = Callable[..., Awaitable[None]]  # async def handler(events: Sequence[E], *, tx: Transaction)
Take = Callable[[Sequence[bytes]], Awaitable[None]]

_PREFETCH = 256
_PAUSE_AFTER_FAILURE = 1.0
_OPEN_SECONDS = 20.0  # for a broker that beats, and does not answer


class Consumer:
    """Reads a service's queues on one connection, a channel each, and reconnects by itself.

    `queues` says who takes the messages of each queue: they are acknowledged when `take` returns. `on_loss` is called when
    a queue is not there, and makes it; `on_connect` with the connection when all are, and raises OSError to have it tried
    again.
    """

    def __init__(
        self,
        url: str,
        queues: Mapping[str, Take],
        *,
        on_loss: Callable[[], Awaitable[None]],
        on_connect: Callable[[AbstractConnection], Awaitable[None]],
    ) -> None:
        separator = "&" if "?" in url else "?"
        self._url = f"{url}{separator}heartbeat={HEARTBEAT_SECONDS}"
        self._queues = queues
        self._on_loss = on_loss
        self._on_connect = on_connect
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Consume until cancelled; survives the loss of the broker."""
        while True:
            try:
                with plain_losses():
                    async with await aio_pika.connect(self._url, timeout=10) as connection:
                        await self._read_all(connection)
            except ChannelNotFoundEntity:
                await self._find_lost()
            except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError) as error:
                log.warning("consumer_disconnected", queues=list(self._queues), error=type(error).__name__)
            finally:
                self.connected.clear()
                self._tell(active=False)
            await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    async def _find_lost(self) -> None:
        log.error("queues_lost", queues=list(self._queues))
        try:
            with plain_losses():
                await self._on_loss()
        except (AMQPError, ChannelInvalidStateError, DBAPIError, OSError, TimeoutError) as error:
            log.warning("queues_not_made", queues=list(self._queues), error=type(error).__name__)

    async def _read_all(self, connection: AbstractConnection) -> None:
        """Read every queue; the first that ends, by error or because its channel closed, ends all."""
        async with asyncio.timeout(_OPEN_SECONDS):
            inboxes = [await self._subscribe(connection, queue) for queue in self._queues]
            await self._on_connect(connection)
        self.connected.set()
        self._tell(active=True)
        readers = [
            asyncio.create_task(_read(inbox, take)) for inbox, take in zip(inboxes, self._queues.values(), strict=True)
        ]
        try:
            done, _ = await asyncio.wait(readers, return_when=asyncio.FIRST_COMPLETED)
            for reader in done:
                reader.result()
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)

    def _tell(self, *, active: bool) -> None:
        for queue in self._queues:
            CONSUMER_CANCELLED.labels(queue)
            CONSUMER_ACTIVE.labels(queue).set(active)

    async def _subscribe(
        self, connection: AbstractConnection, queue_name: str
    ) -> "asyncio.Queue[AbstractIncomingMessage | None]":
        inbox: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=_PREFETCH)
        queue = await channel.get_queue(queue_name, ensure=True)
        channel.close_callbacks.add(lambda *_: inbox.put_nowait(None))

        # The broker may end a consumer and leave its channel open: when the queue goes, or a delivery is overdue.
        def cancelled(_: object) -> None:
            CONSUMER_CANCELLED.labels(queue_name).inc()
            inbox.put_nowait(None)

        (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(cancelled)
        connection.close_callbacks.add(lambda *_: inbox.put_nowait(None))
        await queue.consume(inbox.put)
        return inbox


async def _read(inbox: "asyncio.Queue[AbstractIncomingMessage | None]", take: Take) -> None:
    pace = Pace()
    while True:
        batch = [await inbox.get()]
        if inbox.qsize() < _PREFETCH - 1:
            await pace.rested()
        while not inbox.empty() and len(batch) < _PREFETCH:
            batch.append(inbox.get_nowait())
        messages = [message for message in batch if message is not None]
        if len(messages) < len(batch):
            return  # the channel is gone: what was not acknowledged comes again
        with pace.working():
            await take([message.body for message in messages])
            await failpoint("consumer.before_ack")
            await messages[-1].ack(multiple=True)
        await failpoint("consumer.after_ack")


class EventInbox:
    """Hands micro-batches of events to their handlers, in one transaction, and buries what cannot be taken."""

    def __init__(
        self,
        queue: str,
        handlers: Mapping[type[Event], Handler],
        *,
        db: Database,
        bell: Bell,
        previews: bool = False,
    ) -> None:
        """What previews tell is dropped, unless these handlers take `previews` in."""
        self._previews = previews
        self._queue = queue
        self._handlers = handlers
        self._db = db
        self._bell = bell

    async def take(self, bodies: Sequence[bytes]) -> None:
        """Returns when all are taken or buried; waits for the database for as long as that is away."""
        while True:
            try:
                wrote = await self._take_together(bodies)
            except (OSError, TimeoutError) as error:  # the pool could not connect
                await self._wait_for_database(error)
                continue
            except (SQLAlchemyError, ValueError, LookupError, TypeError) as error:
                if isinstance(error, DBAPIError) and is_transient(error):
                    await self._wait_for_database(error)
                    continue
                await self._after_a_data_error(bodies, error)
                return
            self._bell.ring(wrote)
            return

    async def retake(self, body: bytes, *, tx: Transaction) -> None:
        """Hand one message to its handler in the caller's transaction. Raises what decoding and the handler raise."""
        event = decode(body)
        if handler := self._handler_of(event):
            await handler([event], tx=tx)

    async def _take_together(self, bodies: Sequence[bytes]) -> set[str]:
        """Returns what was written that others wait for."""
        events, unknown = _decoded(bodies)
        began, wrote, groups = time.monotonic(), set[str](), self._by_handler(events)
        if groups or unknown:  # what concerns nobody here needs no transaction
            with EVENTS_SECONDS.labels(self._queue).time():
                async with self._db.transaction(by_key=True) as tx:
                    for body, reason in unknown:
                        await bury(tx, [body], queue=self._queue, reason=reason)
                    for handler, group in groups.items():
                        await handler(group, tx=tx)
                    await failpoint("consumer.before_commit")
                    wrote = noted(tx)
        self._count(events, unknown=len(unknown))
        if is_tracing():
            self._trace(events, seconds=time.monotonic() - began)
        return wrote

    def _count(self, events: Sequence[Event], *, unknown: int) -> None:
        taken = Counter((event.type, "handled" if self._handler_of(event) else "ignored") for event in events)
        taken["unknown", "buried"] = unknown
        for (type_, outcome), number in taken.items():
            EVENTS_CONSUMED.labels(self._queue, type_, outcome).inc(number)

    def _trace(self, events: Sequence[Event], *, seconds: float) -> None:
        about = {"messaging.system": "rabbitmq", "messaging.destination.name": self._queue}
        for event in filter(self._handler_of, events):
            tell(
                f"{self._queue} takes {event.type}",
                kind=SpanKind.CONSUMER,
                parent=event.traceparent,
                seconds=seconds,
                attributes=about,
            )

    def _by_handler(self, events: Sequence[Event]) -> dict[Handler, list[Event]]:
        """One call a handler, in the order they were named in: no handler depends on the order of events, but locks do."""
        groups: dict[Handler, list[Event]] = {handler: [] for handler in self._handlers.values()}
        for event in events:
            if handler := self._handler_of(event):
                groups[handler].append(event)
        return {handler: group for handler, group in groups.items() if group}

    def _handler_of(self, event: Event) -> Handler | None:
        return None if event.preview and not self._previews else self._handlers.get(type(event))

    async def _after_a_data_error(self, bodies: Sequence[bytes], error: Exception) -> None:
        """One event spoils its micro-batch: replay one by one, and bury the one that cannot be taken."""
        if len(bodies) > 1:
            for body in bodies:
                await self.take([body])
            return
        # The text of a data error quotes the data: only its kind is told.
        reason = f"{type(error).__name__} {getattr(getattr(error, 'orig', None), 'sqlstate', '')}".strip()
        log.error("event_buried", queue=self._queue, reason=reason)
        async with self._db.transaction() as tx:
            await bury(tx, bodies, queue=self._queue, reason=reason)
        EVENTS_CONSUMED.labels(self._queue, "unreadable", "buried").inc()

    async def _wait_for_database(self, error: Exception) -> None:
        log.warning("consumer_waits_for_database", queue=self._queue, error=type(error).__name__)
        await asyncio.sleep(_PAUSE_AFTER_FAILURE)


def _decoded(bodies: Sequence[bytes]) -> tuple[list[Event], list[tuple[bytes, str]]]:
    """The events, and each body that is none with the reason."""
    events, unknown = list[Event](), list[tuple[bytes, str]]()
    for body in bodies:
        try:
            events.append(decode(body))
        except UnknownEventError as problem:
            unknown.append((body, str(problem)))
    return events, unknown


async def bury(tx: Transaction, bodies: Sequence[bytes], *, queue: str, reason: str) -> None:
    """Keep messages that nobody could take, where people find them."""
    labels = [_label(body) for body in bodies]
    await run_sql(
        tx,
        "INSERT INTO dead_letters (queue, reason, body, tenant_id, type)"
        " SELECT $1, $2, * FROM unnest($3::bytea[], $4::uuid[], $5::text[])",
        queue,
        reason,
        list(bodies),
        [tenant for tenant, _ in labels],
        [type_ for _, type_ in labels],
    )


def _label(body: bytes) -> tuple[UUID | None, str | None]:
    """Whose message it is and of which type, as far as it can be read at all."""
    try:
        envelope = orjson.loads(body)
        return UUID(envelope["tenantid"]), str(envelope["type"])[:200].replace("\0", "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None, None
