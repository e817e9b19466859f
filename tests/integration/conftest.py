"""Real PostgreSQL, RabbitMQ and S3 for the integration tests: once a session, with the databases of every service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeVar

import aio_pika
import asyncpg
import pytest

from ingestio.stack import Urls
from shared.db import Database
from shared.messaging import declare_topology
from shared.migrations import ROLES, SERVICES, migrate_all, url_of
from shared.settings import ServiceSettings
from tests.parts import real_parts

S = TypeVar("S", bound=ServiceSettings)

_PASSWORDS = {service: {role: f"{service}-{role}-test" for role in ROLES} for service in SERVICES}


@dataclass(frozen=True)
class System:
    """The stores, and the databases of every service in them. Tests keep apart by tenants and ids of their own."""

    urls: Urls

    def database_url(self, service: str, role: str) -> str:
        return url_of(self.urls.postgres, service, role, _PASSWORDS[service][role])

    def database(self, service: str, role: str) -> Database:
        return Database(self.database_url(service, role), name=f"test-{service}-{role}")

    def settings(self, contract: type[S], service: str, **more: Any) -> S:
        """What the service would read from its environment."""
        return contract(
            database_url=self.database_url(service, "worker"),
            api_database_url=self.database_url(service, "api"),
            rabbitmq_url=self.urls.rabbitmq,
            s3_url=self.urls.s3,
            **more,
        )


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Urls]:
    """The stores; those named by INGESTIO_POSTGRES_URL and its sisters are used, the others started."""
    async with real_parts(tmp_path_factory.mktemp("stack")) as urls:
        yield urls


@pytest.fixture(scope="session")
async def system(stack: Urls) -> System:
    await migrate_all(stack.postgres, _PASSWORDS)
    await declare_topology(stack.rabbitmq)
    return System(stack)


@pytest.fixture
async def extractor_db(system: System) -> AsyncIterator[Database]:
    """The extractor's database under its worker role; its queue, and the broker's queue before it, are empty."""
    await _purge(system.urls.rabbitmq, "extractor")
    await _empty(system.database_url("extractor", "worker"))
    db = system.database("extractor", "worker")
    yield db
    await db.close()


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for table in ("jobs", "flows", "clocks", "shares", "workers", "outbox", "dead_letters", "extractions"):
            await connection.execute(f"DELETE FROM {table}")
    finally:
        await connection.close()


async def _purge(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await (await channel.get_queue(queue)).purge()
