"""A broker in memory that keeps RabbitMQ's promises and no others: it delays, reorders, repeats, and loses confirms.

The same topology as the real one is declared on it, by the same code.
"""

import asyncio
import contextvars
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass, field
from typing import Any, Self

import aio_pika.exceptions

from tests.faults.simulation.callbacks import Callbacks
from tests.faults.simulation.plan import Fate, Plan

_DELIVERY_LIMIT = 20
_CONFIRM_SECONDS = 5.0

Heard = Callable[["Delivery"], Any]


@dataclass
class Parcel:
    """A message in one queue."""

    type: str
    body: bytes
    message_id: str | None
    returned: int = 0


@dataclass(eq=False)
class Delivery:
    """A parcel in the hands of a consumer, as aio_pika's incoming message."""

    parcel: Parcel
    queue: "Queue"
    channel: "Channel"

    @property
    def body(self) -> bytes:
        return self.parcel.body

    async def ack(self, *, multiple: bool = False) -> None:
        await self.channel.ack(self, multiple=multiple)


@dataclass(eq=False)
class Queue:
    """Keeps what was routed to it until it is acknowledged."""

    name: str
    dead_letters_to: str | None
    waiting: list[Parcel] = field(default_factory=list)
    consumers: list["Channel"] = field(default_factory=list)
    on_the_way: int = 0
    losses: int = 0


class Broker:
    """Queues, bindings and connections."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.queues: dict[str, Queue] = {}
        self.bindings: dict[str, list[str]] = {}  # by routing key
        self.exchanges: set[str] = set()  # those that services leave as a mark
        self.connections: list[Connection] = []
        self.told: list[Parcel] = []  # everything that was ever routed, once for each time
        self.away = False

    def declare(self, name: str, dead_letters_to: str | None) -> None:
        self.queues.setdefault(name, Queue(name, dead_letters_to))

    def bind(self, queue: str, key: str) -> None:
        bound = self.bindings.setdefault(key, [])
        if queue not in bound:
            bound.append(queue)

    def routes(self, type_: str) -> list[str]:
        return [name for key in (type_, "#") for name in self.bindings.get(key, [])]

    async def publish(self, parcel: Parcel, *, mandatory: bool) -> None:
        """Returns when the broker confirms. Raises what aio_pika raises for a message that was returned, or refused."""
        fate = self.plan.fate_of_publish(parcel.type)
        await asyncio.sleep(self.plan.latency())
        if self.away:
            raise aio_pika.exceptions.ChannelInvalidStateError("the broker is away")
        if fate is Fate.LOST:
            await _no_confirm()
        if fate is Fate.REFUSED:
            raise aio_pika.exceptions.DeliveryError(None, None)  # type: ignore[arg-type]  # nobody looks into it
        routes = self.routes(parcel.type)
        if not routes and mandatory:
            raise aio_pika.exceptions.PublishError(None, None)  # type: ignore[arg-type]  # as above
        for _ in range(2 if fate is Fate.TWICE else 1):
            self._route(parcel, routes)
        if fate is Fate.UNCONFIRMED:
            await _no_confirm()
        await asyncio.sleep(self.plan.latency())

    def _route(self, parcel: Parcel, routes: list[str]) -> None:
        self.told.append(parcel)
        for queue in map(self.queues.__getitem__, routes):
            queue.on_the_way += 1
            copy = Parcel(parcel.type, parcel.body, parcel.message_id)
            asyncio.get_running_loop().call_later(
                self.plan.transit(), self._arrive, queue, copy, queue.losses, context=contextvars.Context()
            )

    def _arrive(self, queue: Queue, parcel: Parcel, losses: int) -> None:
        queue.on_the_way -= 1
        if losses != queue.losses:
            return
        queue.waiting.append(parcel)
        self.pump(queue)

    def inject(self, queue: str, body: bytes, type_: str = "junk") -> None:
        """Put a message into a queue past every exchange."""
        self.queues[queue].waiting.append(Parcel(type_, body, None))
        self.pump(self.queues[queue])

    def pump(self, queue: Queue) -> None:
        """Give what waits to who has room, in no promised order."""
        while queue.waiting and (channels := [one for one in queue.consumers if one.has_room]):
            parcel = queue.waiting.pop(self.plan.which(len(queue.waiting)))
            self.plan.choice(channels).deliver(parcel, queue)

    def give_back(self, parcel: Parcel, queue: Queue) -> None:
        parcel.returned += 1
        if parcel.returned <= _DELIVERY_LIMIT:
            queue.waiting.insert(0, parcel)
        elif queue.dead_letters_to:
            self.queues[queue.dead_letters_to].waiting.append(parcel)

    def drop_connections(self) -> int:
        """Cut every connection; returns how many."""
        cut = list(self.connections)
        for connection in cut:
            connection.drop()
        return len(cut)

    def lose_messages(self, services: Collection[str]) -> int:
        """All that waits for these services or is on its way to them is gone; returns how many."""
        hit = [queue for name, queue in self.queues.items() if name.partition(".")[0] in services]
        lost = sum(len(queue.waiting) + queue.on_the_way for queue in hit)
        for queue in hit:
            queue.losses += 1
            queue.waiting.clear()
        return lost

    def lose_everything(self, services: Collection[str]) -> int:
        """As with a new, empty disk: the queues and their bindings are gone as well."""
        lost = self.lose_messages(services) + len(self.queues)
        self.queues.clear()
        self.bindings.clear()
        self.exchanges.clear()
        self.drop_connections()
        return lost

    def waiting_for(self, services: Collection[str]) -> list[Queue]:
        """The queues of these services in which something waits."""
        return [queue for name, queue in self.queues.items() if queue.waiting and name.partition(".")[0] in services]

    def is_empty(self, services: Collection[str]) -> bool:
        """Whether these services have heard everything."""
        held = any(channel.held for connection in self.connections for channel in connection.channels)
        on_the_way = any(queue.on_the_way for queue in self.queues.values())
        return not on_the_way and not held and not self.waiting_for(services)


async def _no_confirm() -> None:
    await asyncio.sleep(_CONFIRM_SECONDS)
    raise TimeoutError


class Channel:
    """As far as the consumer uses it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.close_callbacks = Callbacks()
        self.held: list[Delivery] = []
        self._prefetch = 0
        self._heard: Heard | None = None
        self._queue: Queue | None = None
        self._context = contextvars.copy_context()
        self.open = True
        self.on_consumer_cancel_callbacks: set[Callable[..., Any]] = set()

    def __await__(self) -> Generator[None, None, Self]:
        yield from ()
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()

    async def close(self) -> None:
        self.end()

    async def get_underlay_channel(self) -> Self:
        """The callbacks that it is asked for are kept here."""
        return self

    async def set_qos(self, *, prefetch_count: int) -> None:
        self._prefetch = prefetch_count

    async def get_queue(self, name: str, *, ensure: bool) -> "Channel":
        if name not in self._broker.queues:
            raise aio_pika.exceptions.ChannelNotFoundEntity(name)
        self._queue = self._broker.queues[name]
        return self

    async def get_exchange(self, name: str, *, ensure: bool) -> None:
        """Raises for an exchange that is not there."""
        if ensure and name not in self._broker.exchanges:
            raise aio_pika.exceptions.ChannelNotFoundEntity(name)

    async def declare_exchange(self, name: str, _type: Any, *, durable: bool) -> None:
        assert durable
        self._broker.exchanges.add(name)

    async def exchange_delete(self, name: str) -> None:
        self._broker.exchanges.discard(name)

    async def consume(self, heard: Heard) -> None:
        assert self._queue
        self._heard = heard
        self._queue.consumers.append(self)
        self._broker.pump(self._queue)

    @property
    def has_room(self) -> bool:
        return self.open and len(self.held) < self._prefetch

    def deliver(self, parcel: Parcel, queue: Queue) -> None:
        assert self._heard
        delivery = Delivery(parcel, queue, self)
        self.held.append(delivery)
        asyncio.get_running_loop().create_task(self._heard(delivery), context=self._context)

    async def ack(self, delivery: Delivery, *, multiple: bool) -> None:
        await self._broker.plan.step("ack")
        if not self.open:
            raise aio_pika.exceptions.ChannelInvalidStateError("the channel is closed")
        last = self.held.index(delivery)
        self.held = self.held[last + 1 :] if multiple else self.held[:last] + self.held[last + 1 :]
        self._broker.pump(delivery.queue)
        await self._broker.plan.step("acked")

    def end(self) -> None:
        """Closed by either side. What it held goes back."""
        self.open = False
        if self._queue and self in self._queue.consumers:
            self._queue.consumers.remove(self)
        returned, self.held = self.held, []
        for delivery in reversed(returned):
            self._broker.give_back(delivery.parcel, delivery.queue)
        self.close_callbacks()
        if self._queue:
            self._broker.pump(self._queue)


class Connection:
    """As `aio_pika.connect` returns it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.close_callbacks = Callbacks()
        self.channels: list[Channel] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.drop()

    def channel(self) -> Channel:
        """To be awaited, or entered."""
        self.channels.append(Channel(self._broker))
        return self.channels[-1]

    def drop(self) -> None:
        if self in self._broker.connections:
            self._broker.connections.remove(self)
            for channel in self.channels:
                channel.end()
            self.close_callbacks()
