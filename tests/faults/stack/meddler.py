"""A meddler between the exchange and the services' queues: what passes may be doubled, shuffled, rewritten, or told again."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging import HEARS, declare_topology
from tests.faults.record import Case
from tests.faults.stack.world import World

Rewrite = Callable[[bytes], bytes]


class Meddler:
    """Takes what was meant for a service's queue, and hands on `copies` of it, out of a window of `window` messages."""

    def __init__(
        self, channel: AbstractChannel, case: Case, *, copies: int, window: int, seed: int, rewrite: Rewrite
    ) -> None:
        self._channel = channel
        self._rewrite = rewrite
        self._case = case
        self._copies = copies
        self._window = window
        self._random = random.Random(seed)
        self._held: dict[str, list[bytes]] = {name: [] for name in HEARS}
        self.seen: list[tuple[str, bytes]] = []

    async def take(self, service: str, message: AbstractIncomingMessage) -> None:
        self.seen.append((service, message.body))
        held = self._held[service]
        held += [self._rewrite(message.body)] * self._copies
        self._case.injected("message doubled", self._copies - 1)
        while len(held) > self._window:
            await self._let_go(service)

    async def flush(self) -> None:
        """Keep letting go of what was held for long enough, until cancelled."""
        while True:
            for service, held in self._held.items():
                for _ in range(-(-len(held) // 3)):
                    await self._let_go(service)
            await asyncio.sleep(0.1)

    async def repeat(self) -> int:
        """Hand everything that was ever seen to the services once more."""
        for service, body in self.seen:
            await self._hand_on(service, body)
        return len(self.seen)

    async def _let_go(self, service: str) -> None:
        held = self._held[service]
        place = self._random.randrange(len(held))
        self._case.injected("message out of order", place > 0)
        await self._hand_on(service, held.pop(place))

    async def _hand_on(self, service: str, body: bytes) -> None:
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await self._channel.default_exchange.publish(message, routing_key=service)


@asynccontextmanager
async def meddling(
    world: World, case: Case, *, copies: int = 1, window: int = 0, seed: int = 1, rewrite: Rewrite = bytes
) -> AsyncIterator[Meddler]:
    """Stand in the way of every service's events; at the end all goes its ordinary way again."""
    async with await aio_pika.connect(world.urls.rabbitmq) as connection:
        channel = await connection.channel()
        meddler = Meddler(channel, case, copies=copies, window=window, seed=seed, rewrite=rewrite)
        for service, keys in HEARS.items():
            queue = await channel.declare_queue(exclusive=True)
            for key in keys:
                await queue.bind("ingestio.events", key)
                await world.management("DELETE", _binding(service, key))

            async def take(message: AbstractIncomingMessage, service: str = service) -> None:
                await meddler.take(service, message)

            await queue.consume(take, no_ack=True)
        flushing = asyncio.create_task(meddler.flush())
        try:
            yield meddler
        finally:
            await declare_topology(world.urls.rabbitmq)
            flushing.cancel()


def _binding(service: str, key: str) -> str:
    return f"/api/bindings/ingestio/e/ingestio.events/q/{service}/{quote(key, safe='')}"
