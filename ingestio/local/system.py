"""The whole system in order: stores, tables, services, door; stopped in reverse."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

from ingestio.home import Home
from ingestio.local.ports import url_of
from ingestio.stack import Stack, Urls

Say = Callable[[str], None]
Prepare = Callable[[Home, Urls], Awaitable[None]]


class RunServices(Protocol):
    """Runs all services over these stores, behind one door, while its block runs."""

    def __call__(self, home: Home, stores: Urls, door: socket.socket) -> AbstractAsyncContextManager[None]: ...


@asynccontextmanager
async def running_system(home: Home, door: socket.socket, *, processes: bool, say: Say) -> AsyncIterator[str]:
    """Run everything behind this listener; yields the address when all of it is ready. Raises StackError and NotReadyError."""
    async with AsyncExitStack() as cleanup:
        say("Starting PostgreSQL, RabbitMQ and S3")
        stores, (prepare, run_services) = await asyncio.gather(
            cleanup.enter_async_context(_running_stack(home, say)), asyncio.to_thread(_load, processes=processes)
        )
        home.write_postgres_url(stores.postgres)
        home.write_bucket_url(stores.s3)
        home.write_broker_url(stores.rabbitmq)
        say("Bringing the tables up to date")
        await prepare(home, stores)
        say("Starting the services, one process each" if processes else "Starting the services")
        address = url_of(door)
        await cleanup.enter_async_context(run_services(home, stores, door))
        cleanup.enter_context(home.answering_at(address))
        yield address


@asynccontextmanager
async def _running_stack(home: Home, say: Say) -> AsyncIterator[Urls]:
    stack = Stack(home.path, say=say)
    try:
        yield await stack.start()
    finally:
        await stack.stop()


def _load(*, processes: bool) -> tuple[Prepare, RunServices]:
    """Import what comes after the stores, beside their start: both take seconds."""
    from ingestio.local.preparation import prepare  # noqa: PLC0415  # as the docstring says

    if processes:
        from ingestio.local.processes import separate_processes  # noqa: PLC0415  # as above

        return prepare, separate_processes
    from ingestio.local.one_process import load_services, one_process  # noqa: PLC0415  # as above

    load_services()
    return prepare, one_process
