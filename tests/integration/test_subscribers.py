"""Downstream systems on the real broker: a user who may listen and nothing else, and the examples as they stand."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused

from ingestio.stack import Urls
from shared.messaging import Publisher
from shared.publishing import Message
from tests.makers import a_document_extracted
from tests.stores import SettingsOf


@pytest.fixture
async def subscriber(urls: Urls, settings_of: SettingsOf) -> str:
    """The URL of a user made by the script."""
    address = urlsplit(urls.rabbitmq)
    environment = {
        "RABBITMQ_MANAGEMENT_URL": str(urls.rabbitmq_management).rstrip("/"),
        "RABBITMQ_VHOST": address.path.removeprefix("/") or "%2F",
        "RABBITMQ_ADDRESS": f"{address.hostname}:{address.port}",
    }
    adding = await asyncio.create_subprocess_exec(
        *("deploy/rabbitmq/add-subscriber.sh", "warehouse"), env=os.environ | environment, stdout=PIPE, stderr=PIPE
    )
    told, complaints = await adding.communicate()
    assert adding.returncode == 0, (told + complaints).decode()
    return told.decode().strip()


@asynccontextmanager
async def running(example: str, url: str, queue: str) -> AsyncIterator[asyncio.StreamReader]:
    """The example as a process of its own, once its queue has a reader."""
    process = await asyncio.create_subprocess_exec(sys.executable, f"examples/{example}", url, stdout=PIPE)
    assert process.stdout
    try:
        async with asyncio.timeout(60), await aio_pika.connect(url) as connection:
            while not await _has_a_reader(connection, queue):
                await asyncio.sleep(0.1)
        yield process.stdout
    finally:
        process.terminate()
        await process.communicate()


async def _has_a_reader(connection: aio_pika.abc.AbstractConnection, queue: str) -> bool:
    channel = await connection.channel()
    try:
        declared = await channel.get_queue(queue, ensure=False)
        return bool((await channel.declare_queue(declared.name, passive=True)).declaration_result.consumer_count)
    except aio_pika.exceptions.ChannelNotFoundEntity:
        return False
    finally:
        await channel.close()


@pytest.mark.parametrize(
    ("example", "queue"), [("subscriber.py", "example"), ("subscriber_faststream.py", "faststream")]
)
async def test_an_example_hears_of_a_document(urls: Urls, subscriber: str, example: str, queue: str):
    event = a_document_extracted(file_name="june.pdf")
    publisher = Publisher(urls.rabbitmq)
    await publisher.start()
    async with running(example, subscriber, f"subscriber.warehouse.{queue}") as output, asyncio.timeout(30):
        await publisher.publish([Message(event.id, event.type, event.to_bytes())])
        lines: list[str] = []
        while not any(str(event.id) in line for line in lines):
            lines.append((await output.readline()).decode())
    await publisher.stop()

    assert "document.extracted" in lines[-1]
    assert "june.pdf" in lines[-1]


async def test_a_subscriber_cannot_publish(subscriber: str):
    async with await aio_pika.connect(subscriber) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange("ingestio.events", ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await exchange.publish(aio_pika.Message(b"{}"), routing_key="document.extracted")


@pytest.mark.parametrize("queue", ["extractor", "extractor.dead", "subscriber.another.queue"])
async def test_a_subscriber_cannot_read_what_is_not_its_own(subscriber: str, queue: str):
    async with await aio_pika.connect(subscriber) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue(queue, ensure=False)).get(fail=False)


async def test_a_subscriber_cannot_bind_to_the_services_queues(subscriber: str):
    async with await aio_pika.connect(subscriber) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue("extractor", ensure=False)).bind("ingestio.events", "#")
