"""The whole system in order: stores, tables, topology, the local tenant, services, door; stopped in reverse."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from ingestio.home import Home, Passwords
from ingestio.local.addresses import Stores, url_on
from ingestio.local.one_process import load_services, one_process
from ingestio.local.processes import separate_processes
from ingestio.migrate import add_local_tenant
from ingestio.stack import Stack
from shared.messaging import declare_topology
from shared.migrations import migrate_all

Say = Callable[[str], None]


@asynccontextmanager
async def running_system(home: Home, *, port: int, processes: bool, say: Say) -> AsyncIterator[str]:
    """Run everything; yields the address when all of it is ready."""
    passwords = home.passwords()
    async with AsyncExitStack() as cleanup:
        say("Starting PostgreSQL, RabbitMQ and S3")
        stores, _ = await asyncio.gather(
            cleanup.enter_async_context(_running_stack(home, say)), asyncio.to_thread(_load, processes=processes)
        )
        home.write_postgres_url(stores.postgres)
        say("Bringing the tables up to date")
        await prepare(stores, passwords, token=home.token())
        say("Starting the services, one process each" if processes else "Starting the services")
        services = (
            separate_processes(home, stores, passwords, port=port)
            if processes
            else one_process(stores, passwords, port=port)
        )
        await cleanup.enter_async_context(services)
        address = url_on(port)
        cleanup.enter_context(home.answering_at(address))
        yield address


async def prepare(stores: Stores, passwords: Passwords, *, token: str) -> None:
    """Tables, queues and the local tenant: all there before the first service starts, so no early event is unheard."""
    await asyncio.gather(migrate_all(stores.postgres, passwords), declare_topology(stores.rabbitmq))
    await add_local_tenant(stores.postgres, passwords, token=token)


@asynccontextmanager
async def _running_stack(home: Home, say: Say) -> AsyncIterator[Stores]:
    stack = Stack(home.path, say=say)
    try:
        urls = await stack.start()
        yield Stores(postgres=urls.postgres, rabbitmq=urls.rabbitmq, s3=urls.s3)
    finally:
        await stack.stop()


def _load(*, processes: bool) -> None:
    if not processes:
        load_services()
