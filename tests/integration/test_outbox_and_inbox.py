"""From a transaction in one service to a transaction in another, over the real broker."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote, urlsplit
from uuid import uuid4

import aio_pika
import httpx2
import pytest
from pamqp.common import FieldTable

from ingestio.stack import Urls
from services.extractor.handlers import on_document_classified
from shared.bell import Bell
from shared.consumer import EventInbox
from shared.db import Database, Transaction, rows, run_sql
from shared.events import DocumentClassified
from shared.messaging import Publisher
from shared.outbox import Relay, publish
from shared.publishing import Message, PublishError
from shared.service import Service
from tests import makers
from tests.stores import SettingsOf

WITHIN = 15  # seconds; a broker under load may take its time


class RolledBackError(Exception):
    """Thrown to leave a transaction."""


@pytest.fixture
async def extractor(settings_of: SettingsOf, extractor_db: Database) -> AsyncIterator[Service]:
    """A service that hears document.classified and keeps it as a job."""
    service = Service("extractor", settings_of("extractor"))
    service.hear({DocumentClassified: on_document_classified})
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def publisher(settings_of: SettingsOf) -> AsyncIterator[Publisher]:
    publisher = Publisher(settings_of("extractor").rabbitmq_url)
    await publisher.start()
    yield publisher
    await publisher.stop()


async def count(db: Database, table: str) -> int:
    async with db.transaction() as tx:
        return int((await rows(tx, f"SELECT count(*) FROM {table}"))[0][0])


async def until(db: Database, table: str, *, has: int) -> None:
    async with asyncio.timeout(WITHIN):
        while await count(db, table) != has:
            await asyncio.sleep(0.02)


async def send_raw(settings_of: SettingsOf, *bodies: bytes) -> None:
    connection = await aio_pika.connect(settings_of("extractor").rabbitmq_url)
    async with connection:
        channel = await connection.channel()
        for body in bodies:
            await channel.default_exchange.publish(aio_pika.Message(body), routing_key="extractor")


async def cut_all_connections(urls: Urls) -> None:
    """As an operator would: by the management API, which knows a new connection only after a moment."""
    assert urls.rabbitmq_management
    async with httpx2.AsyncClient(base_url=urls.rabbitmq_management, timeout=10) as management:
        while not (connections := (await management.get("api/connections")).raise_for_status().json()):
            await asyncio.sleep(0.2)
        for connection in connections:
            await management.delete(f"api/connections/{quote(connection['name'], safe='')}")


async def test_an_event_reaches_the_service_that_hears_it(extractor: Service):
    async with extractor.db.transaction() as tx:
        await publish(tx, [makers.a_document_classified()])
    extractor.bell.ring()

    await until(extractor.db, "jobs", has=1)
    await until(extractor.db, "outbox", has=0)


async def test_the_pulse_finds_an_event_that_nobody_rang_for(extractor: Service):
    async with extractor.db.transaction() as tx:
        await publish(tx, [makers.a_document_classified()])

    await until(extractor.db, "jobs", has=1)


async def test_an_event_of_a_rolled_back_transaction_does_not_exist(extractor_db: Database):
    with pytest.raises(RolledBackError):
        async with extractor_db.transaction() as tx:
            await publish(tx, [makers.a_document_classified()])
            raise RolledBackError

    assert await count(extractor_db, "outbox") == 0


async def test_an_event_sent_many_times_makes_one_job(extractor: Service):
    event = makers.a_document_classified()
    last = makers.a_document_classified()
    async with extractor.db.transaction() as tx:
        await publish(tx, [event] * 30)
        await publish(tx, [last])
    extractor.bell.ring()

    await until(extractor.db, "outbox", has=0)
    await until(extractor.db, "jobs", has=2)


async def test_an_event_that_no_queue_takes_stays_in_the_outbox(
    extractor_db: Database, publisher: Publisher, urls: Urls
):
    async with extractor_db.transaction() as tx:
        await publish(tx, [makers.a_document_classified()])
        await run_sql(tx, "UPDATE outbox SET type = 'nobody.hears.this'")
    connection = await aio_pika.connect(urls.rabbitmq)
    async with connection:
        queue = await (await connection.channel()).get_queue("aggregator")
        await queue.unbind("ingestio.events", "#")
        try:
            with pytest.raises(PublishError):
                await Relay(extractor_db, publisher, Bell()).relay_once()
        finally:
            await queue.bind("ingestio.events", "#")

    assert await count(extractor_db, "outbox") == 1


async def test_two_relays_share_the_outbox_and_repeat_nothing(extractor_db: Database, publisher: Publisher):
    async with extractor_db.transaction() as tx:
        await publish(tx, [makers.a_document_classified() for _ in range(500)])
    relays = [Relay(extractor_db, publisher, Bell()) for _ in range(2)]

    moved = 0
    while batch := sum(await asyncio.gather(*(relay.relay_once() for relay in relays))):
        moved += batch

    assert moved == 500


async def test_junk_is_set_aside_and_its_neighbours_are_read(extractor: Service, settings_of: SettingsOf):
    good = [makers.a_document_classified().to_bytes() for _ in range(2)]

    await send_raw(settings_of, good[0], b"\xff\x00 junk", b"[" * 10_000, good[1])

    await until(extractor.db, "dead_letters", has=2)
    await until(extractor.db, "jobs", has=2)


async def test_an_event_that_its_handler_cannot_store_is_set_aside_alone(extractor_db: Database):
    async def handler(events: list[DocumentClassified], *, tx: Transaction) -> None:
        for event in events:
            await run_sql(tx, "INSERT INTO shares VALUES ($1, 1 / (1 - $2::int))", event.document_id, event.pages)

    inbox = EventInbox("extractor", {DocumentClassified: handler}, db=extractor_db, bell=Bell())
    fine, poison = makers.a_document_classified(pages=3), makers.a_document_classified(pages=1)

    await inbox.take([fine.to_bytes(), poison.to_bytes(), makers.a_document_classified(pages=5).to_bytes()])

    assert (await count(extractor_db, "shares"), await count(extractor_db, "dead_letters")) == (2, 1)


async def test_what_the_broker_gives_up_on_ends_among_the_dead_letters(extractor: Service, settings_of: SettingsOf):
    connection = await aio_pika.connect(settings_of("extractor").rabbitmq_url)
    async with connection:
        exchange = await (await connection.channel()).get_exchange("ingestio.dead")
        await exchange.publish(aio_pika.Message(b"{}"), routing_key="extractor.dead")

    await until(extractor.db, "dead_letters", has=1)


async def test_the_consumer_comes_back_after_its_connection_was_cut(
    extractor: Service, settings_of: SettingsOf, urls: Urls
):
    async with asyncio.timeout(WITHIN):
        await cut_all_connections(urls)
    await send_raw(settings_of, makers.a_document_classified().to_bytes())

    await until(extractor.db, "jobs", has=1)


async def test_the_same_tenant_and_nobody_else_sees_a_job(extractor: Service):
    event = makers.a_document_classified()
    async with extractor.db.transaction() as tx:
        await on_document_classified([event], tx=tx)

    async def seen_by(tenant: object) -> int:
        async with extractor.api_db.transaction(tenant=tenant) as tx:  # type: ignore[arg-type]  # None on purpose
            return len(await rows(tx, "SELECT subject FROM jobs"))

    assert [await seen_by(event.tenant_id), await seen_by(uuid4()), await seen_by(None)] == [1, 0, 0]


async def test_a_queue_that_was_full_hears_again_when_its_limit_is_lifted(publisher: Publisher, urls: Urls):
    """RabbitMQ tells a channel that a queue has room again when somebody reads it, and not when its limit goes."""
    name = f"full-{uuid4().hex}"
    vhost = quote(urlsplit(urls.rabbitmq).path.removeprefix("/") or "/", safe="")
    policy = f"api/policies/{vhost}/{name}"
    assert urls.rabbitmq_management
    async with (
        await aio_pika.connect(urls.rabbitmq) as connection,
        httpx2.AsyncClient(base_url=urls.rabbitmq_management, timeout=10) as management,
    ):
        channel = await connection.channel()
        arguments: FieldTable = {"x-queue-type": "quorum", "x-overflow": "reject-publish"}
        queue = await channel.declare_queue(name, durable=True, arguments=arguments)
        await queue.bind("ingestio.events", name)
        limit = {"pattern": f"^{name}$", "definition": {"max-length": 1}, "apply-to": "queues"}
        (await management.put(policy, json=limit)).raise_for_status()
        async with asyncio.timeout(60):
            while await _is_confirmed(publisher, name):
                pass
            (await management.delete(policy)).raise_for_status()
            while not await _is_confirmed(publisher, name):
                await asyncio.sleep(0.05)
        await queue.delete(if_unused=False, if_empty=False)


async def _is_confirmed(publisher: Publisher, key: str) -> bool:
    return await publisher.publish([Message(uuid4(), key, b"{}")]) == [True]
