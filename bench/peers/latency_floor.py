"""The bare floor of P3: the durable steps that a document's way is made of, one after the other, and nothing between them.

Two objects stored, seven commits, three confirmed messages that come back: what the same stores ask of anybody.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
import asyncpg
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from ingestio.stack import Urls
from shared.storage import Storage

# A file; its text layer. Then by hop: commits, and whether a message follows.
_OBJECTS = (60_000, 4_000)
_HOPS = ((2, True), (2, True), (2, True), (1, False))
_QUEUE = "floor.latency"
_BODY = b"x" * 1500


class LatencyFloor:
    def __init__(
        self, storage: Storage, database: "asyncpg.Connection[asyncpg.Record]", channel: AbstractChannel
    ) -> None:
        self._storage = storage
        self._database = database
        self._channel = channel
        self._came: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()

    async def listen(self) -> None:
        queue = await self._channel.declare_queue(_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        await queue.consume(self._came.put)

    async def run(self) -> float:
        """Seconds for all of it once."""
        began = time.perf_counter()
        for size in _OBJECTS:
            await self._storage.put(f"floor/{uuid4()}", bytes(size))
        for commits, told in _HOPS:
            for _ in range(commits):
                await self._database.execute("INSERT INTO latency_floor (body) VALUES ($1)", _BODY)
            if told:
                message = aio_pika.Message(_BODY, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                await self._channel.default_exchange.publish(message, routing_key=_QUEUE)
                await (await self._came.get()).ack()
        return time.perf_counter() - began


@asynccontextmanager
async def latency_floor(urls: Urls) -> AsyncIterator[LatencyFloor]:
    database = await asyncpg.connect(urls.postgres)
    try:
        await database.execute("CREATE TABLE IF NOT EXISTS latency_floor (body bytea NOT NULL)")
        async with await aio_pika.connect(urls.rabbitmq) as connection:
            channel = await connection.channel(publisher_confirms=True)
            floor = LatencyFloor(Storage(urls.s3), database, channel)
            await floor.listen()
            yield floor
    finally:
        await database.close()
