"""A running service: its loops, how it starts, whether it is ready, how it drains and stops."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

import structlog
import uvicorn
from aio_pika.exceptions import AMQPError
from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import DBAPIError

from shared.auth import Verifier
from shared.bell import Bell
from shared.cloudevent import Event
from shared.connection import Connection
from shared.consumer import Consumer, EventInbox, Handler, bury
from shared.db import Database
from shared.dead_letter_routes import router as dead_letter_router
from shared.dead_letters import DeadLetters
from shared.http import new_app
from shared.messaging import HEARS, Publisher, control_queue, dead_queue, declare_topology
from shared.outbox import Relay
from shared.pulse import Pulse
from shared.settings import ServiceSettings
from shared.storage import ObjectMissingError, Storage
from shared.worker import Worker

log = structlog.get_logger()

Loop = Callable[[], Coroutine[Any, Any, None]]


class Service:
    """What all services have: database, outbox and relay, consumer, pulse; and, where there are jobs, a worker.

    A service's `wire` builds one and adds its own handlers, worker and routers. `start` returns when it works.
    """

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.settings = settings
        self.db = Database(settings.database_url, pool_size=6, name=f"ingestio-{name}")
        self.api_db = Database(settings.api_database_url, pool_size=6, name=f"ingestio-{name}-api")
        self.storage = Storage(settings.s3_url)
        self.bell = Bell()
        self.publisher = Publisher(settings.rabbitmq_url)
        self.verifier: Verifier | None = None
        self.routers: list[APIRouter] = []
        self.loops: list[Loop] = []
        self.before_stop: list[Callable[[], None]] = []  # ends answers that would never end by themselves
        self.on_stop: list[Callable[[], Awaitable[None]]] = []
        self.worker: Worker | None = None
        self._consumer: Consumer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.broken = asyncio.Event()

    def hear(self, handlers: Mapping[type[Event], Handler], *, previews: bool = False) -> None:
        """Read the service's queues with these handlers, which hear of previews only where they say so."""
        inbox = EventInbox(self.name, handlers, db=self.db, bell=self.bell, previews=previews)
        letters = DeadLetters(db=self.db, bell=self.bell, retake=inbox.retake)
        self.routers.append(dead_letter_router(self.name, letters))
        self._consumer = Consumer(
            self.settings.rabbitmq_url,
            {self.name: inbox.take, control_queue(self.name): inbox.take, dead_queue(self.name): self._keep_dead},
        )

    async def start(self) -> None:
        """Declare the topology, connect, and run the loops. Raises what the broker's client raises when it is away."""
        if self.name in HEARS:
            await declare_topology(self.settings.rabbitmq_url, [self.name])
        await self.publisher.start()
        if self.worker:
            await self.worker.register()
        loops = [
            Relay(self.db, self.publisher, self.bell).run,
            Pulse(self.settings.database_url, self.bell, self.worker).run,
        ]
        loops += [part.run for part in (self.worker, self._consumer) if part is not None]
        for loop in [*loops, *self.loops]:
            task = asyncio.create_task(loop(), name=f"{self.name}:{getattr(loop, '__qualname__', loop)}")
            task.add_done_callback(self._loop_ended)
            self._tasks.append(task)
        if self._consumer:
            await self._consumer.connected.wait()
        log.info("service_started", service=self.name)

    async def stop(self) -> None:
        """Stop consuming, drain the worker, close what is open."""
        if self.worker:
            with contextlib.suppress(OSError, TimeoutError):
                await self.worker.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for close in self.on_stop:
            await close()
        await self.publisher.stop()
        await self.db.close()
        await self.api_db.close()
        log.info("service_stopped", service=self.name)

    async def probe(self) -> dict[str, bool]:
        """Whether each part works right now."""
        parts = {
            "database": await _works(self.db.ping()),
            "storage": await _works(self.storage.ping()),
            "broker": await _works(self.publisher.ping()),
            "loops": bool(self._tasks) and not any(task.done() for task in self._tasks),
        }
        if self._consumer:
            parts["consumer"] = self._consumer.connected.is_set()
        return parts

    async def _keep_dead(self, bodies: Sequence[bytes]) -> None:
        async with self.db.transaction() as tx:
            await bury(tx, bodies, queue=self.name, reason="given up by the broker")

    def _loop_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            log.error("loop_ended", loop=task.get_name(), exc_info=task.exception())
            self.broken.set()


def build_app(title: str, services: Sequence[Service]) -> FastAPI:
    """One HTTP application over the routers of one service, or of all."""

    async def probe() -> dict[str, bool]:
        return {f"{service.name}.{part}": ok for service in services for part, ok in (await service.probe()).items()}

    app = new_app(title, probe=probe)
    for service in services:
        for router in service.routers:
            app.include_router(router)
        app.state.before_stop.extend(service.before_stop)
        app.state.verifier = app.state.verifier if hasattr(app.state, "verifier") else service.verifier
    return app


class Server(uvicorn.Server):
    """uvicorn, with its signal handling left to us: a service drains before it stops answering."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # noqa: ANN201  # as uvicorn declares it
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what streams without an end, then wait for the answers under way."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        for end in app.state.before_stop:
            end()
        await super().shutdown(sockets)


def new_server(app: FastAPI, *, host: str, port: int) -> Server:
    return Server(
        uvicorn.Config(
            app, host=host, port=port, http=Connection, log_config=None, access_log=False, timeout_graceful_shutdown=5
        )
    )


async def run_alone(service: Service) -> None:
    """Run one service in this process until SIGTERM or SIGINT, or until a loop of it breaks: then exit with 1.

    A service without one of its loops looks alive and does nothing; whoever supervises it starts it anew.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = new_server(build_app(service.name, [service]), host=service.settings.host, port=service.settings.port)
    serving = asyncio.create_task(server.serve())
    await service.start()
    waits = [asyncio.create_task(event.wait()) for event in (stop, service.broken)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    await service.stop()
    server.should_exit = True
    await serving
    if service.broken.is_set():
        sys.exit(1)


async def _works(check: Awaitable[bool | None]) -> bool:
    try:
        async with asyncio.timeout(3):
            return await check is not False
    except (OSError, TimeoutError, DBAPIError, AMQPError, ObjectMissingError) as error:
        log.warning("probe_failed", error=type(error).__name__)
        return False
