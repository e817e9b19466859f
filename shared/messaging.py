"""The broker: the topology in one place, and the publisher that believes only confirms.

FastStream declares the topology and documents it; reading is the batch consumer's (consumer.py).
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity, DeliveryError
from aio_pika.exceptions import PublishError as Returned
from faststream.rabbit import Channel, ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue

from shared.cloudevent import CONTENT_TYPE
from shared.pipelined import Parcel, send_together
from shared.publishing import Message

log = structlog.get_logger()

EVENTS = RabbitExchange("ingestio.events", type=ExchangeType.TOPIC, durable=True)
DEAD = RabbitExchange("ingestio.dead", type=ExchangeType.TOPIC, durable=True)

# Which service hears what. `<service>.control` is a queue of its own, so that a cancel is not behind a backlog.
HEARS: dict[str, tuple[str, ...]] = {
    "ingest": (
        "document.extracted",
        "document.failed",
        "document.cancelled",
        "batch.completed",
        "batch.missed",
    ),
    "classifier": ("document.uploaded",),
    "extractor": ("document.classified",),
    "aggregator": ("#",),
    "exporter": (
        "document.extracted",
        "document.failed",
        "document.cancelled",
        "document.reviewed",
        "batch.created",
        "batch.retried",
        "batch.completed",
    ),
    "notifier": (
        "document.extracted",
        "document.reviewed",
        "document.failed",
        "document.cancelled",
        "batch.completed",
        "export.completed",
        "export.failed",
        "quota.warning",
    ),
}
CONTROL: tuple[str, ...] = (
    "batch.cancel_requested",
    "batch.deleted",
    "batch.updated",
    "document.cancel_requested",
    "document.deleted",
)

_PUBLISH_TIMEOUT_SECONDS = 5.0
_REFUSALS_A_CONNECTION = 10  # of an attempt a second, where all is refused
HEARTBEAT_SECONDS = 7  # a dead connection is found after 24 to 27 seconds
_RECONNECT_SECONDS = 1.0  # aio-pika's own five are most of what a broker's restart would cost


@contextlib.contextmanager
def plain_losses() -> Iterator[None]:
    """Raises ConnectionError where the library lets out its own StopAsyncIteration, or cancels us, because a connection died.

    Who was asked to stop stops: the library's trouble in closing what is closed already does not take that back.
    """
    try:
        yield
    except StopAsyncIteration as error:
        raise ConnectionError("The connection was closed while it opened.") from error
    except asyncio.CancelledError as error:
        if _is_asked_to_stop():
            raise
        raise ConnectionError("The connection was found dead.") from error
    except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError) as error:
        if _is_asked_to_stop():
            raise asyncio.CancelledError from error
        raise


def _is_asked_to_stop() -> bool:
    task = asyncio.current_task()
    return bool(task and task.cancelling())


def control_queue(service: str) -> str:
    return f"{service}.control"


def dead_queue(service: str) -> str:
    return f"{service}.dead"


def broker(url: str) -> RabbitBroker:
    """A FastStream broker on a connection of its own, which raises on returned messages."""
    separator = "&" if "?" in url else "?"
    return RabbitBroker(
        f"{url}{separator}heartbeat={HEARTBEAT_SECONDS}",
        default_channel=Channel(on_return_raises=True),
        logger=None,
        timeout=10,
        reconnect_interval=_RECONNECT_SECONDS,
    )


async def declare_topology(url: str, services: Sequence[str] = tuple(HEARS)) -> None:
    """Declare exchanges, queues and bindings, from a connection of its own. Declaring again changes nothing."""
    declaring = broker(url)
    try:
        await declaring.connect()
        events = await declaring.declare_exchange(EVENTS)
        dead = await declaring.declare_exchange(DEAD)
        for service in services:
            for name, keys in ((service, HEARS[service]), (control_queue(service), CONTROL)):
                queue = await declaring.declare_queue(_work_queue(name, dead_letters_to=dead_queue(service)))
                for key in keys:
                    await queue.bind(events, key)
            parked = await declaring.declare_queue(
                RabbitQueue(dead_queue(service), queue_type=QueueType.QUORUM, durable=True)
            )
            await parked.bind(dead, dead_queue(service))
    finally:
        await declaring.stop()


async def remembers(connection: AbstractConnection, service: str) -> bool:
    """Whether the broker still has the mark of this service; its queues may be there again because another made them."""
    channel = await connection.channel()
    try:
        await channel.get_exchange(mark_of(service), ensure=True)
    except ChannelNotFoundEntity:
        return False
    await channel.close()
    return True


async def leave_mark(connection: AbstractConnection, service: str) -> None:
    """Leave something with the broker that only this service makes, and that is gone when the broker has lost its data."""
    async with connection.channel() as channel:
        await channel.declare_exchange(mark_of(service), aio_pika.ExchangeType.FANOUT, durable=True)


async def take_mark_away(url: str, service: str) -> None:
    """As if the broker had never known this service."""
    async with await aio_pika.connect(url, timeout=10) as connection:
        await (await connection.channel()).exchange_delete(mark_of(service))


def mark_of(service: str) -> str:
    """The exchange that says: this broker has known this service."""
    return f"ingestio.known.{service}"


def _work_queue(name: str, *, dead_letters_to: str) -> RabbitQueue:
    return RabbitQueue(
        name,
        queue_type=QueueType.QUORUM,
        durable=True,
        arguments={
            "x-dead-letter-exchange": DEAD.name,
            "x-dead-letter-routing-key": dead_letters_to,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            # A backstop only: attempts are counted in the queue table, and acks follow one short transaction.
            "x-delivery-limit": 20,
        },
    )


class Publisher:
    """Publishes encoded events with pipelined confirms on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._broker = broker(url)
        self._exchange: aio_pika.RobustExchange | None = None
        self._refusals = 0

    async def start(self) -> None:
        await self._broker.connect()
        self._exchange = await self._broker.declare_exchange(EVENTS)

    async def stop(self) -> None:
        await self._broker.stop()

    async def ping(self) -> bool:
        return await self._broker.ping(timeout=2)

    async def publish(self, messages: Sequence[Message]) -> list[bool]:
        """Publish all at once; tells for each whether the broker confirmed it. An unroutable message is not confirmed."""
        troubles = await self._send(messages)
        for message, trouble in zip(messages, troubles, strict=True):
            if trouble:
                told = {"type": message.type, "event_id": str(message.id), "error": type(trouble).__name__}
                log.warning("event_not_confirmed", **told)
        if any(isinstance(trouble, DeliveryError) and not isinstance(trouble, Returned) for trouble in troubles):
            await self._was_refused()
        return [trouble is None for trouble in troubles]

    async def _was_refused(self) -> None:
        """Connect anew now and then: a quorum queue that was full may refuse what comes on an old channel for ever.

        It tells each sender when it has room again, but not where its limit was lifted meanwhile.
        """
        self._refusals += 1
        if self._refusals < _REFUSALS_A_CONNECTION:
            return
        self._refusals = 0
        try:
            with plain_losses():
                await self.stop()
                await self.start()
        except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError) as error:
            self._exchange = None
            log.warning("publisher_not_connected", error=type(error).__name__)

    async def _send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        parcels = [Parcel(str(message.id), message.type, message.body, CONTENT_TYPE) for message in messages]
        try:
            with plain_losses():
                if self._exchange is None:
                    await self.start()
                assert self._exchange
                return await send_together(
                    self._exchange.channel, parcels, exchange=EVENTS.name, seconds=_PUBLISH_TIMEOUT_SECONDS
                )
        except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError) as error:
            return [error] * len(messages)
