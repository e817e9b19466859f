"""All services in this process behind one HTTP port: the same code, the same broker, one event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

from fastapi import FastAPI

from ingestio.home import Home, Passwords
from ingestio.local.service_settings import settings_of
from ingestio.stack import Urls
from services.console.page import add_page
from shared.migrations import SERVICES
from shared.server import new_server
from shared.service import Service, build_app


def load_services() -> None:
    """Import every service. Their libraries take seconds, so this runs beside the start of the stores."""
    for name in SERVICES:
        import_module(f"services.{name}.app")


def wire_services(stores: Urls, passwords: Passwords, *, port: int) -> list[Service]:
    """Every service, wired and not started. Ingest comes first: it knows itself who a token belongs to."""
    ports = dict.fromkeys(SERVICES, port)
    return [
        import_module(f"services.{name}.app").wire(
            import_module(f"services.{name}.settings").Settings(**settings_of(name, stores, passwords, ports=ports))
        )
        for name in SERVICES
    ]


@asynccontextmanager
async def one_process(home: Home, stores: Urls, door: socket.socket) -> AsyncIterator[None]:
    """Start all services, then answer at the door; at the end stop answering, then drain."""
    services = wire_services(stores, home.passwords(), port=door.getsockname()[1])
    app = build_app("IngestIO", services)
    add_page(app)
    async with AsyncExitStack() as cleanup:
        cleanup.push_async_callback(_stop_all, services)
        await asyncio.gather(*(service.start() for service in services))
        keepers = [asyncio.create_task(service.keep_running()) for service in services]
        for keeper in keepers:
            cleanup.callback(keeper.cancel)
        await cleanup.enter_async_context(answering(app, door))
        yield


@asynccontextmanager
async def answering(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    """Answer HTTP there while the block runs, and close it then."""
    host, port = listener.getsockname()
    server = new_server(app, host=host, port=port)
    serving = asyncio.create_task(server.serve([listener]), name="http")
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells it by this flag only
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def _stop_all(services: Sequence[Service]) -> None:
    await asyncio.gather(*(service.stop() for service in services))
