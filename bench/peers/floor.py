"""The bare floor of P1: aio-pika and asyncpg, four hops, one commit and one confirmed publish each, one process.

    python -m bench.peers.floor BROKER_URL DATABASE_URL

Reads `<batch> <documents>` from stdin, runs that many documents through, prints `done`; again until the end of the input.
"""

import asyncio
import sys
from functools import partial
from uuid import UUID, uuid4

import aio_pika
import asyncpg
import orjson
import uvloop
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage
from pamqp.common import FieldTable

from bench.peers.chain_rows import STAGES, TABLES

AT_ONCE = 64
QUEUES = [f"floor.{stage.__name__}" for stage in STAGES]


class Floor:
    """One hop is: rows of its stage in one transaction, then the next message confirmed, then the ack."""

    def __init__(self, pool: asyncpg.Pool, exchange: AbstractExchange) -> None:
        self._pool = pool
        self._exchange = exchange
        self._left = 0
        self._done = asyncio.Event()

    async def take(self, count: int, batch: UUID) -> None:
        """Run `count` new documents through; the first hop's messages come from here."""
        self._left = count
        self._done.clear()
        gate = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with gate:
                await self.hop(0, uuid4(), batch)

        await asyncio.gather(*(one() for _ in range(count)))
        await self._done.wait()

    async def hop(self, stage: int, document: UUID, batch: UUID) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            for sql, values in STAGES[stage](document, batch):
                await connection.execute(sql, *values)
        body = orjson.dumps({"document": str(document), "batch": str(batch)})
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await self._exchange.publish(message, routing_key=[*QUEUES, "floor.ended"][stage + 1])

    async def receive(self, message: AbstractIncomingMessage, *, stage: int) -> None:
        said = orjson.loads(message.body)
        await self.hop(stage, UUID(said["document"]), UUID(said["batch"]))
        await message.ack()
        if stage == len(STAGES) - 1:
            self._left -= 1
            if not self._left:
                self._done.set()


async def serve(broker_url: str, database_url: str) -> None:
    async with (
        await aio_pika.connect(broker_url) as connection,
        asyncpg.create_pool(database_url, min_size=8, max_size=16) as pool,
    ):
        await pool.execute(TABLES)
        publishing = await connection.channel(publisher_confirms=True)
        floor = Floor(pool, publishing.default_exchange)
        ended: FieldTable = {"x-queue-type": "quorum", "x-max-length": 100}
        await publishing.declare_queue("floor.ended", durable=True, arguments=ended)
        for stage, name in enumerate(QUEUES[1:], 1):
            channel = await connection.channel()
            await channel.set_qos(AT_ONCE)
            queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
            await queue.consume(partial(floor.receive, stage=stage))
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            batch, documents = line.split()
            await floor.take(int(documents), UUID(batch))
            print("done", flush=True)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], sys.argv[2]))
