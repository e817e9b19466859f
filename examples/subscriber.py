"""Print what happens in IngestIO: `python examples/subscriber.py amqp://name:password@host:5672/`."""

import asyncio
import json
import sys

import aio_pika


async def main(url: str) -> None:
    async with await aio_pika.connect_robust(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=50)
        name = f"subscriber.{aio_pika.connection.make_url(url).user}.example"
        queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
        for key in ("document.*", "batch.completed"):
            await queue.bind("ingestio.events", key)
        async with queue.iterator() as messages:
            async for message in messages:
                async with message.process():  # acknowledged when this block ends well, delivered again otherwise
                    event = json.loads(message.body)
                    print(event["id"], event["type"], event["subject"], event["data"].get("file_name", ""), flush=True)


asyncio.run(main(sys.argv[1]))
