"""Everything of one seed, put together: loop, stores, processes, and a supervisor who starts anew what has died."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.messaging import mark_of
from shared.migrations import database_of
from shared.service import Service
from tests.faults.simulation.broker import Broker
from tests.faults.simulation.bucket import Bucket
from tests.faults.simulation.outside import Inspector, Model, Receivers
from tests.faults.simulation.plan import PROCESS, Plan
from tests.faults.simulation.processes import DatabaseSteps, Process
from tests.faults.simulation.server import Server
from tests.faults.simulation.sessions import Postgres, Session
from tests.faults.simulation.virtual_time import VirtualLoop

CHAIN = ("ingest", "classifier", "extractor", "aggregator")
NAMES = (*CHAIN, "exporter", "notifier")
_REASK_AFTER = timedelta(seconds=20)
_MISSED_AFTER = timedelta(minutes=2)
_NEVER = timedelta(days=1)
_RESTART_SECONDS = (0.3, 8.0)
_SKEW_SECONDS = 600.0
_MISTAKES = (AttributeError, LookupError, TypeError, ValueError)


class World:
    """One simulated system. `plan` decides what happens to it."""

    def __init__(self, plan: Plan, *, server: Server, postgres: Postgres, scratch: Path) -> None:
        self.plan = plan
        self.loop = VirtualLoop()
        self.loop.in_thread = self._in_thread
        self.loop.set_task_factory(_adopting)  # type: ignore[arg-type]  # typeshed wants every keyword there may ever be
        self.server = server
        self.postgres = postgres
        self.scratch = scratch
        self.broker = Broker(self.plan)
        self.bucket = Bucket(self.plan)
        self.inspector = Inspector()
        self.model = Model(self.plan)
        self.receivers = Receivers(self.plan)
        self.databases = {
            database_of(name): DatabaseSteps(self.plan, self.loop.epoch, skew=self._skew()) for name in NAMES
        }
        self.names = NAMES if plan.whole else CHAIN
        self.processes: list[Process] = []
        self._supervisors: list[asyncio.Task[None]] = []
        self.over = False

    def _skew(self) -> float:
        """How far this database's clock is off."""
        off = self.plan.dice.uniform(-_SKEW_SECONDS, _SKEW_SECONDS) if "clock skewed" in self.plan.on else 0.0
        self.plan.struck["clock skewed"] += bool(off)
        return off

    async def connect(self, dsn: str | None = None, **options: Any) -> Session:
        """In the place of asyncpg.connect."""
        database = dsn.rpartition("/")[2] if dsn else options["database"]
        session = await self.postgres.connect(self.databases[database], dsn, **options)
        if process := PROCESS.get():
            assert isinstance(process, Process)
            process.sessions.append(session)
        return session

    def start(self) -> None:
        """All services, some of them in two replicas, each watched over."""
        for name in self.names:
            for _ in range(1 + (self.plan.dice.random() < self.plan.conditions.replicas)):
                self._supervisors.append(self.loop.create_task(self._supervise(name)))

    async def stop(self) -> None:
        """Kill everything."""
        self.over = True
        for supervisor in self._supervisors:
            supervisor.cancel()
        for process in list(self.processes):
            process.kill()
            await process.ended.wait()

    def check(self) -> None:
        """Raises what a service could not be started for."""
        for supervisor in self._supervisors:
            if supervisor.done():
                supervisor.result()

    def is_up(self) -> bool:
        """Whether every service runs, and ingest has told all that the broker had lost."""
        return all(self.alive(name) for name in self.names) and mark_of("ingest") in self.broker.exchanges

    def alive(self, name: str) -> list[Process]:
        return [process for process in self.processes if process.name == name and process.started]

    async def _supervise(self, name: str) -> None:
        while not self.over:
            process = Process(name, lambda: self._wire(name), self.plan, self.postgres)
            if "killed" in self.plan.on and not self.plan.calm and self.plan.dice.random() < 0.6:
                process.dies_at = self.plan.dice.choice((30, 60, 90, 150, 300)) - self.plan.dice.randrange(25)
            self.processes.append(process)
            living = process.spawn(process.live())
            await asyncio.wait([living])
            error = None if living.cancelled() else living.exception()
            if isinstance(error, _MISTAKES):
                raise error  # no fault that was injected: product and stand-ins do not fit
            process.kill()
            await process.ended.wait()
            self.processes.remove(process)
            await asyncio.sleep(self.plan.dice.uniform(*_RESTART_SECONDS))

    def _wire(self, name: str) -> Service:
        settings = import_module(f"services.{name}.settings").Settings
        silence, missed = (_REASK_AFTER, _MISSED_AFTER) if self.plan.conditions.reask else (_NEVER, _NEVER)
        by_service: dict[str, dict[str, Any]] = {
            "ingest": {"reask_after": silence, "spool_folder": self.scratch, "inspectors": 1},
            "exporter": {"scratch_folder": self.scratch, "missed_after": missed},
            "classifier": {"readers": 1},
        }
        service: Service = import_module(f"services.{name}.app").wire(
            settings.model_construct(  # without this machine's environment
                database_url=self.server.url(name, "worker"),
                api_database_url=self.server.url(name, "api"),
                rabbitmq_url="amqp://user:secret@simulated/",
                s3_url="http://key:secret@simulated:1/bucket",
                **by_service.get(name, {}),
            )
        )
        return service

    def _in_thread(self, func: Callable[..., Any], args: tuple[Any, ...]) -> "asyncio.Future[Any]":
        """A thread goes on when nobody waits for it any more; it ends with its process."""

        async def work() -> Any:
            await self.plan.step("thread")
            result = func(*args)
            await self.plan.step("thread done")
            return result

        answer = self.loop.create_future()

        def tell(done: "asyncio.Task[Any]") -> None:
            if done.cancelled():
                answer.cancel()
            elif (error := done.exception()) and not answer.done():
                answer.set_exception(error)
            elif not answer.done():
                answer.set_result(done.result())

        self.loop.create_task(work()).add_done_callback(tell)
        return answer


def _adopting(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], context: contextvars.Context | None = None
) -> "asyncio.Task[Any]":
    """Tasks belong to the process that starts them."""
    task = asyncio.Task(work, loop=loop, context=context)
    process = context.get(PROCESS) if context is not None else PROCESS.get()
    if process is not None:
        assert isinstance(process, Process)
        process.adopt(task)
        if process.dead:
            task.cancel()
    return task


@contextmanager
def as_outsider() -> Iterator[None]:
    """What the block does is no process's step."""
    token = PROCESS.set(None)
    try:
        yield
    finally:
        PROCESS.reset(token)
