"""Services and their databases on the real stores, as tests drive them."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.classifier.ocr import new_sandbox
from shared.db import Database
from shared.sandbox import Sandbox
from tests import stores
from tests.integration.aggregating import Aggregator, an_aggregator
from tests.integration.aggregator_api import Api, an_api
from tests.integration.chain import Chain, purge, running_chain
from tests.integration.exporting import Exporter, an_exporter
from tests.integration.front_door import FrontDoor, a_front_door
from tests.integration.ingest_process import IngestProcess, Tenant
from tests.integration.notifier_world import Notifier, a_notifier
from tests.integration.webhook_receivers import Receiver, receiving
from tests.stores import SettingsOf


def pytest_configure(config: pytest.Config) -> None:
    stores.register(config)


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The classifier's, with one child."""
    one = new_sandbox(children=1)
    yield one
    await one.close()


@pytest.fixture(scope="module")
async def ingest(settings_of: SettingsOf) -> AsyncIterator[IngestProcess]:
    """Ingest as a process of its own."""
    process = IngestProcess(settings_of("ingest"))
    await process.start()
    yield process
    await process.stop()


@pytest.fixture
async def tenant(ingest: IngestProcess) -> AsyncIterator[Tenant]:
    """A new tenant of the running ingest."""
    async with ingest.new_tenant() as tenant:
        yield tenant


@pytest.fixture
async def extractor_db(settings_of: SettingsOf) -> AsyncIterator[Database]:
    """The extractor's database under its worker role; its queue, and the broker's queue before it, are empty.

    Afterwards too: made-up jobs, suspects above all, would hold up the services of the next test.
    """
    settings = settings_of("extractor")
    await purge(settings.rabbitmq_url, "extractor")
    await _empty(settings.database_url)
    db = Database(settings.database_url)
    yield db
    await db.close()
    await _empty(settings.database_url)


@pytest.fixture(scope="module")
async def chain(settings_of: SettingsOf) -> AsyncIterator[Chain]:
    """All services of the chain, running."""
    async with running_chain(settings_of) as chain:
        yield chain


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for table in (
            "jobs",
            "flows",
            "clocks",
            "shares",
            "workers",
            "queue_settings",
            "outbox",
            "dead_letters",
            "tombstones",
            "extractions",
            "providers",
            "provider_calls",
            "window_answers",
            "model_usage",
        ):
            await connection.execute(f"DELETE FROM {table}")
    finally:
        await connection.close()


@pytest.fixture
async def exporter(settings_of: SettingsOf, tmp_path: Path) -> AsyncIterator[Exporter]:
    """The exporter, for a tenant that nobody else has."""
    async with an_exporter(settings_of("exporter"), tmp_path) as exporter:
        yield exporter


@pytest.fixture
async def aggregator(settings_of: SettingsOf) -> AsyncIterator[Aggregator]:
    """The aggregator, for a tenant that nobody else has."""
    async with an_aggregator(settings_of("aggregator")) as aggregator:
        yield aggregator


@pytest.fixture
async def api(settings_of: SettingsOf) -> AsyncIterator[Api]:
    """The aggregator's API, for a tenant that nobody else has."""
    async with an_api(settings_of("aggregator")) as api:
        yield api


@pytest.fixture(scope="module")
async def front_door(settings_of: SettingsOf) -> AsyncIterator[FrontDoor]:
    """Ingest with its real stores, hearing nothing: tests hand it the events."""
    async with a_front_door(settings_of("ingest")) as door:
        yield door


@pytest.fixture
async def notifier(settings_of: SettingsOf) -> AsyncIterator[Notifier]:
    """The notifier, whose jobs a test runs by hand."""
    async with a_notifier(settings_of) as notifier:
        yield notifier


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Who gets webhooks, on an address that is allowed."""
    async with receiving() as receiver:
        yield receiver
