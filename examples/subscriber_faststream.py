"""The same with FastStream: `python examples/subscriber_faststream.py amqp://name:password@host:5672/`."""

import asyncio
import json
import sys
from urllib.parse import urlsplit

from faststream import FastStream
from faststream.rabbit import ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue

url = sys.argv[1]
broker = RabbitBroker(url)
events = RabbitExchange("ingestio.events", type=ExchangeType.TOPIC, durable=True, declare=False)
queue = RabbitQueue(
    f"subscriber.{urlsplit(url).username}.faststream",
    queue_type=QueueType.QUORUM,
    durable=True,
    routing_key="document.extracted",
)


@broker.subscriber(queue, events)
async def on_extracted(body: bytes) -> None:
    """Raise an exception to have the event again, return to be done with it."""
    event = json.loads(body)
    print(event["id"], event["type"], event["data"]["file_name"], flush=True)


asyncio.run(FastStream(broker).run())
