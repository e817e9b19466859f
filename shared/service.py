"""A running service: its loops, how it starts, whether it is ready, how it drains and stops."""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from aiormq.exceptions import ChannelAccessRefused
from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import DBAPIError

from shared.audit_routes import router as audit_router
from shared.auth import Verifier
from shared.bell import Bell
from shared.cloudevent import Event
from shared.consumer import Consumer, EventInbox, Handler, bury
from shared.db import Database
from shared.dead_letter_routes import router as dead_letter_router
from shared.dead_letters import DeadLetters
from shared.http import new_app
from shared.http_metrics import serve_metrics
from shared.messaging import (
    HEARS,
    Publisher,
    control_queue,
    dead_queue,
    declare_topology,
    leave_mark,
    plain_losses,
    remembers,
    take_mark_away,
)
from shared.outbox import Relay
from shared.pulse import Pulse
from shared.queue_routes import router as queue_router
from shared.retention import IDLE_FLOWS, decided_letters, keep_forgetting, old_audit
from shared.server import new_server
from shared.settings import ServiceSettings
from shared.storage import ObjectMissingError, Storage
from shared.table_stats import TableStats
from shared.watchdog import ended_when_stalled, watch
from shared.worker import Worker

log = structlog.get_logger()

Loop = Callable[[], Coroutine[Any, Any, None]]

_AWAY = (OSError, TimeoutError, DBAPIError, AMQPError, ChannelInvalidStateError)
_LOOK_AGAIN_SECONDS = 1.0
_STEP_SECONDS = 30.0  # for parts that accept a connection, and do not answer
# Together, with the four seconds for the answers under way, less than the 20 s in which a service is to be gone.
_DRAIN_SECONDS = 13.0
_FAREWELL_SECONDS = 2.0  # to a broker that may not answer


class Service:
    """What all services have: database, outbox and relay, consumer, pulse; and, where there are jobs, a worker.

    A service's `wire` builds one and adds its own handlers, worker and routers. `start` returns when it works.
    """

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.settings = settings
        slow = settings.slow_query_seconds
        self.db = Database(settings.database_url, pool_size=6, name=name, slow=slow)
        self.api_db = Database(settings.api_database_url, pool_size=6, name=f"{name}-api", slow=slow)
        self.storage = Storage(settings.s3_url)
        self.bell = Bell()
        self.publisher = Publisher(settings.rabbitmq_url)
        self.verifier: Verifier | None = None
        self.routers: list[APIRouter] = [audit_router(name, self.api_db)]
        self.loops: list[Loop] = []
        self.before_stop: list[Callable[[], None]] = []  # ends answers that would never end by themselves
        self.on_stop: list[Callable[[], Awaitable[None]]] = []
        self.on_loss: list[Callable[[], Awaitable[None]]] = []  # the broker never knew our queues, or has lost them
        self.history = [decided_letters(settings.keep_history), old_audit(settings.keep_audit)]
        self.worker: Worker | None = None
        self._consumer: Consumer | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._draining = False
        self._forgotten = asyncio.Event()
        self._reading: AbstractConnection | None = None
        self.broken = asyncio.Event()

    def hear(self, handlers: Mapping[type[Event], Handler], *, previews: bool = False) -> None:
        """Read the service's queues with these handlers, which hear of previews only where they say so."""
        inbox = EventInbox(self.name, handlers, db=self.db, bell=self.bell, previews=previews)
        letters = DeadLetters(db=self.db, bell=self.bell, retake=inbox.retake)
        self.routers.append(dead_letter_router(self.name, letters))
        self._consumer = Consumer(
            self.settings.rabbitmq_url,
            {self.name: inbox.take, control_queue(self.name): inbox.take, dead_queue(self.name): self._keep_dead},
            on_loss=partial(self._make_queues, missing=True),
            on_connect=self._ask_whether_forgotten,
        )

    def work(self, worker: Worker) -> None:
        """Run the jobs of the service's queue by this worker; operators may pause and bound it."""
        self.worker = worker
        self.routers.append(queue_router(self.name, db=self.db, worker=worker))

    async def start(self) -> None:
        """Connect, and run the loops: returns when all works, and waits for what is not there yet."""
        if self.name in HEARS:
            await _as_soon_as_possible(self._make_queues)
        await _as_soon_as_possible(self.publisher.start)
        await _as_soon_as_possible(self.db.ping)
        if self.worker:
            await _as_soon_as_possible(self.worker.register)
        loops: list[Loop] = [
            Relay(self.db, self.publisher, self.bell).run,
            Pulse(self.settings.database_url, self.bell, self.worker).run,
            TableStats(self.settings.database_url, self.name, jobs=self.worker is not None).run,
            partial(keep_forgetting, self.db, [*self.history, *([IDLE_FLOWS] if self.worker else [])]),
            partial(watch, self.probe),
        ]
        loops += [part.run for part in (self.worker, self._consumer) if part is not None]
        loops += [self._tell_of_losses] if self._consumer and self.on_loss else []
        for loop in [*loops, *self.loops]:
            task = asyncio.create_task(loop(), name=f"{self.name}:{getattr(loop, '__qualname__', loop)}")
            task.add_done_callback(self.ended)
            self._tasks.append(task)
        if self._consumer:
            await self._consumer.connected.wait()
        gc.freeze()  # what is there now stays: it need not be looked through again and again
        gc.set_threshold(10_000, 20, 20)  # messages and requests make many small objects that live until their answer
        log.info("service_started", service=self.name)

    async def keep_running(self) -> None:
        """Start the loops anew whenever one of them breaks, for a process that hosts several services."""
        while True:
            await self.broken.wait()
            await self._end_loops()
            self.broken.clear()
            await self.start()

    async def stop(self) -> None:
        """Drain, and close what is open."""
        await self.drain()
        await self.close()

    async def drain(self) -> None:
        """Be ready no more, finish or hand back the worker's jobs, stop consuming. Requests can still be answered."""
        self._draining = True
        if self.worker:
            with contextlib.suppress(OSError, TimeoutError, DBAPIError):
                async with asyncio.timeout(_DRAIN_SECONDS):
                    await self.worker.drain()
        await self._end_loops()

    async def close(self) -> None:
        """Close what answers need, once none is under way."""
        for close in self.on_stop:
            await close()
        await self.db.close()
        await self.api_db.close()
        log.info("service_stopped", service=self.name)

    async def probe(self) -> dict[str, bool]:
        """Whether each part works right now."""
        checks = {"storage": self.storage.ping, "broker": self.publisher.ping, "database": self.db.ping}
        parts = dict(zip(checks, await asyncio.gather(*map(_works, checks.values())), strict=True))
        parts["database"] &= await _works(self.api_db.ping)
        parts["loops"] = bool(self._tasks) and not self._draining and not any(task.done() for task in self._tasks)
        if self._consumer:
            parts["consumer"] = self._consumer.connected.is_set()
        return parts

    async def _keep_dead(self, bodies: Sequence[bytes]) -> None:
        async with self.db.transaction() as tx:
            await bury(tx, bodies, queue=self.name, reason="given up by the broker")

    async def _make_queues(self, *, missing: bool = False) -> None:
        """Make the queues of all services: what is said early, or again after the broker lost its data, is to be heard.

        A service under a user of its own makes its own ones; the administrator, who makes the users, makes all.
        """
        url = self.settings.rabbitmq_url
        if missing and self.on_loss:
            await take_mark_away(url, self.name)
        await declare_topology(url, [self.name])
        with contextlib.suppress(ChannelAccessRefused):
            await declare_topology(url)

    async def _ask_whether_forgotten(self, connection: AbstractConnection) -> None:
        """A broker that lost its data while we were away may have our queues again, made by another. Raises OSError."""
        if self.on_loss and not await remembers(connection, self.name):
            self._forgotten.set()
        self._reading = connection

    async def _tell_of_losses(self) -> None:
        """Tell again what the broker has lost, beside all else: there may be much of it. The mark is left when all is told.

        It is left on the connection that reads: a broker that loses its data once more ends that, and is then asked anew.
        """
        assert self._consumer
        while True:
            await self._forgotten.wait()
            self._forgotten.clear()
            try:
                for tell in self.on_loss:
                    await tell()
                await self._consumer.connected.wait()
                if not self._forgotten.is_set() and self._reading:  # the broker that we told is the one that is there
                    with plain_losses():
                        async with asyncio.timeout(_STEP_SECONDS):
                            await leave_mark(self._reading, self.name)
            except _AWAY as error:
                log.warning("telling_of_losses_waits", error=type(error).__name__)
                self._forgotten.set()
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _end_loops(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self.publisher.stop()

    def ended(self, task: asyncio.Task[None]) -> None:
        """For tasks that must not end by an error: the service is broken then."""
        asked_to = task.cancelled() and task.cancelling()
        if not asked_to and (task.cancelled() or task.exception()):
            log.error("loop_ended", loop=task.get_name(), exc_info=None if task.cancelled() else task.exception())
            self.broken.set()


def build_app(title: str, services: Sequence[Service]) -> FastAPI:
    """One HTTP application over the routers of one service, or of all."""

    async def probe() -> dict[str, bool]:
        return {f"{service.name}.{part}": ok for service in services for part, ok in (await service.probe()).items()}

    app = new_app(title, probe=probe)
    app.add_api_route("/metrics", serve_metrics, include_in_schema=False)
    for service in services:
        for router in service.routers:
            app.include_router(router)
        app.state.before_stop.extend(service.before_stop)
        app.state.verifier = app.state.verifier if hasattr(app.state, "verifier") else service.verifier
    return app


async def run_alone(service: Service) -> None:
    """Run one service in this process until SIGTERM or SIGINT, or until a loop of it breaks: then exit with 1.

    A service without one of its loops looks alive and does nothing; whoever supervises it starts it anew.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = new_server(build_app(service.name, [service]), host=service.settings.host, port=service.settings.port)
    serving = asyncio.create_task(server.serve())
    with ended_when_stalled():
        starting = asyncio.create_task(service.start(), name=f"{service.name}:start")
        starting.add_done_callback(service.ended)
        waits = [asyncio.create_task(event.wait()) for event in (stop, service.broken)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        starting.cancel()
        await service.drain()
        server.should_exit = True
        await serving
        await service.close()
    if service.broken.is_set():
        sys.exit(1)


async def _as_soon_as_possible(step: Callable[[], Awaitable[None]]) -> None:
    """Take a step that needs a part which may not be there yet: start order does not matter."""
    while True:
        try:
            with plain_losses():
                async with asyncio.timeout(_STEP_SECONDS):
                    return await step()
        except _AWAY as error:
            log.warning("start_waits", step=getattr(step, "__qualname__", str(step)), error=type(error).__name__)
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _works(check: Callable[[], Awaitable[bool | None]]) -> bool:
    try:
        async with asyncio.timeout(3):
            return await check() is not False
    except (*_AWAY, ObjectMissingError) as error:
        log.warning("probe_failed", error=type(error).__name__)
        return False
