"""A running service tells the truth about itself."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence

import aio_pika
import httpx2
import pytest
from aio_pika.abc import AbstractConnection

from ingestio.local.ports import free_port, url_on
from shared.consumer import Consumer
from shared.db import Database
from shared.messaging import remembers, take_mark_away
from shared.service import Service, run_alone
from tests.stores import SettingsOf


async def test_a_service_that_runs_is_ready(settings_of: SettingsOf, extractor_db: Database):
    service = Service("extractor", settings_of("extractor"))
    service.hear({})
    await service.start()

    probe = await service.probe()
    await service.stop()

    assert probe == {"database": True, "storage": True, "broker": True, "loops": True, "consumer": True}


async def test_at_every_connection_it_is_asked_whether_the_broker_knows_us_until_that_is_known(
    settings_of: SettingsOf, extractor_db: Database
):
    asked = 0

    async def away_at_first(_: AbstractConnection) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise ConnectionError

    async def take(bodies: Sequence[bytes]) -> None:
        raise AssertionError(bodies)

    async def nothing_is_lost() -> None:
        raise AssertionError

    url = settings_of("extractor").rabbitmq_url
    consumer = Consumer(url, {"extractor": take}, on_loss=nothing_is_lost, on_connect=away_at_first)
    running = asyncio.create_task(consumer.run())
    async with asyncio.timeout(30):
        await consumer.connected.wait()
    running.cancel()

    assert asked == 2


@pytest.fixture
async def telling(settings_of: SettingsOf, extractor_db: Database) -> AsyncIterator["Telling"]:
    """A service that the broker does not know, with something to tell when its queues are lost."""
    service, told = Service("extractor", settings_of("extractor")), Telling(settings_of("extractor").rabbitmq_url)
    service.on_loss.append(told.tell)
    service.hear({})
    await take_mark_away(told.url, "extractor")
    await service.start()
    yield told
    await service.stop()


class Telling:
    """What a service does when its queues were lost: it takes until `end` is set."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.end = asyncio.Event()
        self.times: asyncio.Queue[None] = asyncio.Queue()

    async def tell(self) -> None:
        self.times.put_nowait(None)
        await self.end.wait()

    async def is_known(self) -> bool:
        async with await aio_pika.connect(self.url) as connection:
            return await remembers(connection, "extractor")

    async def is_over(self) -> None:
        while not await self.is_known():
            await asyncio.sleep(0.05)


async def test_a_service_hears_while_it_still_tells_what_the_broker_has_lost(telling: Telling):
    async with asyncio.timeout(30):
        await telling.times.get()
        known_before_the_end = await telling.is_known()
        telling.end.set()
        await telling.is_over()

    assert not known_before_the_end


async def test_queues_that_somebody_deleted_are_made_and_their_content_is_told_again(telling: Telling):
    telling.end.set()
    async with asyncio.timeout(30):
        await telling.times.get()
        await telling.is_over()
        async with await aio_pika.connect(telling.url) as connection:
            await (await connection.channel()).queue_delete("extractor")
        await telling.times.get()
        await telling.is_over()


@pytest.mark.parametrize("error", [LookupError, asyncio.CancelledError])
async def test_a_service_that_lost_a_loop_is_broken_and_not_ready(
    error: type[BaseException], settings_of: SettingsOf, extractor_db: Database
):
    async def breaks() -> None:
        raise error

    service = Service("extractor", settings_of("extractor"))
    service.loops.append(breaks)
    await service.start()

    async with asyncio.timeout(5):
        await service.broken.wait()
    probe = await service.probe()
    await service.stop()

    assert not probe["loops"]


async def test_a_broken_service_that_is_kept_running_is_ready_again(settings_of: SettingsOf, extractor_db: Database):
    broke = asyncio.Event()

    async def breaks_once() -> None:
        if broke.is_set():
            await asyncio.Event().wait()
        broke.set()
        raise LookupError

    service = Service("extractor", settings_of("extractor"))
    service.hear({})
    service.loops.append(breaks_once)
    await service.start()
    keeping = asyncio.create_task(service.keep_running())

    async with asyncio.timeout(30):
        while not (broke.is_set() and all((await service.probe()).values())):
            await asyncio.sleep(0.1)
    keeping.cancel()
    await service.stop()


async def test_nothing_is_closed_while_requests_are_answered_still(settings_of: SettingsOf, extractor_db: Database):
    port = free_port()
    service = Service("extractor", settings_of("extractor").model_copy(update={"port": port}))
    answered: list[bool] = []

    async def note_whether_somebody_answers() -> None:
        answered.append(await _answers(port))

    service.on_stop.append(note_whether_somebody_answers)
    running = asyncio.create_task(run_alone(service))
    async with asyncio.timeout(30):
        while not await _answers(port):
            await asyncio.sleep(0.05)
    signal.raise_signal(signal.SIGTERM)
    await running
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(number)

    assert answered == [False]


async def _answers(port: int) -> bool:
    try:
        async with httpx2.AsyncClient(base_url=url_on(port), trust_env=False) as client:
            return (await client.get("/healthz")).is_success
    except httpx2.TransportError:
        return False
