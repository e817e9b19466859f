"""S18 and S22: what a service's own logins may do in the broker, the bucket and the database, and what they may not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import product
from uuid import uuid4

import aio_pika
import asyncpg
import pytest
from aio_pika.exceptions import AMQPError

from ingestio.stack import Urls
from ingestio.stack.bucket_rights import RIGHTS
from shared.broker_users import SAYS
from shared.events import EVENTS
from shared.messaging import CONTROL, HEARS, control_queue, dead_queue
from shared.migrations import database_of
from shared.storage import Storage
from tests.integration.chain import purge
from tests.stores import SettingsOf

SERVICES = tuple(HEARS)
LOGINS = [(service, role) for service in SERVICES for role in ("worker", "api")]
FOLDERS = ("batches", "uploads", "pages", "results", "exports")
Channel = aio_pika.abc.AbstractChannel


@pytest.fixture(scope="module", autouse=True)
async def _nothing_forged_stays(urls: Urls) -> AsyncIterator[None]:
    """What may be published is junk to whoever reads it later."""
    yield
    for service in SERVICES:
        for queue in (service, control_queue(service), dead_queue(service)):
            await purge(urls.rabbitmq, queue)


async def allowed(url: str, act: Callable[[Channel], Awaitable[object]]) -> bool:
    """Whether the broker lets this be done; a refusal closes the channel."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        try:
            await act(channel)
        except (AMQPError, asyncio.InvalidStateError):
            return False
        return True


def publishing(exchange: str, key: str) -> Callable[[Channel], Awaitable[object]]:
    async def publish(channel: Channel) -> None:
        target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        await target.publish(aio_pika.Message(b"forged"), routing_key=key, mandatory=False)

    return publish


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_says_its_own_events_and_no_others(settings_of: SettingsOf, service: str):
    url = settings_of(service).rabbitmq_url
    types = sorted({*EVENTS, *(type_ for types in SAYS.values() for type_ in types)})
    may = {type_ for type_ in types if await allowed(url, publishing("ingestio.events", type_))}

    assert may == set(SAYS[service])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_its_own_queues_and_no_others(settings_of: SettingsOf, service: str):
    url = settings_of(service).rabbitmq_url

    def reading(queue: str) -> Callable[[Channel], Awaitable[object]]:
        async def read(channel: Channel) -> None:
            await (await channel.get_queue(queue, ensure=False)).get(no_ack=False, fail=False)

        return read

    queues = [name for other in SERVICES for name in (other, control_queue(other), dead_queue(other))]
    may = {queue for queue in queues if await allowed(url, reading(queue))}

    assert may == {service, control_queue(service), dead_queue(service)}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_does_not_listen_in(settings_of: SettingsOf, service: str):
    """Neither by a queue of another name, nor by binding its own to what it is not meant to hear."""
    url = settings_of(service).rabbitmq_url
    unheard = sorted({type_ for types in SAYS.values() for type_ in types} - {*HEARS[service], *CONTROL})

    async def bind(channel: Channel) -> None:
        await (await channel.get_queue(service, ensure=False)).bind("ingestio.events", unheard[0])

    async def declare(channel: Channel) -> None:
        await channel.declare_queue(f"mine-{uuid4()}", exclusive=True)

    assert not await allowed(url, bind)
    assert not await allowed(url, declare)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_puts_nothing_into_the_queues_of_others(settings_of: SettingsOf, service: str):
    url = settings_of(service).rabbitmq_url
    others = [other for other in SERVICES if other != service]
    direct = [other for other in others if await allowed(url, publishing("", other))]
    dead = [other for other in others if await allowed(url, publishing("ingestio.dead", dead_queue(other)))]

    assert (direct, dead) == ([], [])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reaches_its_own_folders_of_the_bucket(settings_of: SettingsOf, urls: Urls, service: str):
    admin, own = Storage(urls.s3), Storage(settings_of(service).s3_url)
    reads, writes = set(), set()
    for folder, key in product(FOLDERS, [f"{uuid4()}/x"]):
        await admin.put(f"{folder}/{key}", b"secret")
        if await stored(own.get(f"{folder}/{key}")):
            reads.add(folder)
        if await stored(own.put(f"{folder}/{key}", b"forged")) or await stored(own.delete(f"{folder}/{key}")):
            writes.add(folder)

    assert (reads, writes) == tuple(map(set, RIGHTS[service]))
    assert not await stored(own.delete_prefix(""))
    await own.ping()


async def stored(act: Awaitable[object]) -> bool:
    try:
        await act
    except OSError:
        return False
    return True


@pytest.mark.parametrize(("service", "role"), LOGINS)
async def test_a_service_stays_in_its_own_database(settings_of: SettingsOf, service: str, role: str):
    settings = settings_of(service)
    url = settings.database_url if role == "worker" else settings.api_database_url
    others = [url.replace(database_of(service), database_of(other)) for other in SERVICES if other != service]
    for other in [*others, url.rpartition("/")[0] + "/postgres"]:
        assert await refused(other, "SELECT 1") or await refused(other, "CREATE TABLE mine (x int)")
    assert all([await refused(other, "SELECT 1") for other in others])


DDL = (
    "CREATE TABLE mine (x int)",
    "ALTER TABLE outbox DISABLE ROW LEVEL SECURITY",
    "DROP TABLE outbox",
    "CREATE POLICY open ON outbox USING (true)",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "COPY outbox TO '/tmp/out'",
    "COPY outbox FROM PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "CREATE EXTENSION dblink",
    "SET ROLE postgres",
    "SELECT * FROM alembic_version",
)


@pytest.mark.parametrize(("service", "role"), LOGINS)
async def test_no_login_of_a_running_service_changes_tables_or_roles(settings_of: SettingsOf, service: str, role: str):
    settings = settings_of(service)
    url = settings.database_url if role == "worker" else settings.api_database_url
    done = [statement for statement in DDL if not await refused(url, statement)]

    assert done == []


async def refused(url: str, sql: str) -> bool:
    """Whether the database says no; what it lets through is rolled back."""
    try:
        connection = await asyncpg.connect(url)
    except (asyncpg.PostgresError, OSError):
        return True
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(sql)
    except asyncpg.PostgresError:
        return True
    finally:
        await transaction.rollback()
        await connection.close()
    return False
