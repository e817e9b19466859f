"""The services as processes: groups of tasks that can be killed at any step, frozen, and started again."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import asyncpg

from shared.service import Service
from tests.faults.simulation.plan import PROCESS, Plan
from tests.faults.simulation.sessions import Postgres, Session

T = TypeVar("T")
Wire = Callable[[], Service]

_SOMETIMES = 0.3


class DiedError(Exception):
    """The process that was asked is no more."""


class Process:
    """One running process of a service. What it does passes `step`; dead, it does nothing."""

    def __init__(self, name: str, wire: Wire, plan: Plan, postgres: Postgres) -> None:
        self.name = name
        self._wire = wire
        self._plan = plan
        self._postgres = postgres
        self.service: Service | None = None
        self.started = False
        self.dead = False
        self.ended = asyncio.Event()
        self.dies_at: int | None = None
        self.steps = 0
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self.sessions: list[Session] = []
        self._context = contextvars.copy_context()
        self._context.run(PROCESS.set, self)

    def spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Run something as part of this process."""
        return asyncio.get_running_loop().create_task(work, context=self._context.copy())

    def adopt(self, task: "asyncio.Task[Any]") -> None:
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def live(self) -> None:
        """Start, and run until a loop breaks or somebody kills it. As `run_alone` does."""
        self.service = self._wire()
        await self.service.start()
        self.started = True
        await self.service.broken.wait()

    async def stop(self) -> None:
        """SIGTERM: drain and end."""
        if self.service and self.started:
            await self.spawn(self.service.stop())
        self.kill()

    def kill(self) -> None:
        """SIGKILL: nothing of it happens any more, and its connections break."""
        if self.dead:
            return
        self.dead = True
        self.started = False
        self._thawed.set()
        for task in list(self._tasks):
            task.cancel()
        asyncio.get_running_loop().create_task(self._bury(), context=contextvars.Context())

    async def _bury(self) -> None:
        while self._tasks:
            await asyncio.wait(list(self._tasks))
        for session in self.sessions:
            session.lose()
        self.ended.set()

    def freeze(self) -> None:
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    async def step(self, what: str) -> None:
        """Time passes; here it may be frozen, or die."""
        if self.dead:
            raise asyncio.CancelledError
        self.steps += 1
        if self.steps == self.dies_at:
            self._plan.struck["killed"] += 1
            self.kill()
            raise asyncio.CancelledError
        while not self._thawed.is_set():
            await self._thawed.wait()
        if self._plan.dice.random() < _SOMETIMES:
            await asyncio.sleep(self._plan.latency())
        if self.dead:
            raise asyncio.CancelledError


class DatabaseSteps:
    """The steps of the process at work towards the database, and what may happen to them there."""

    def __init__(self, plan: Plan, epoch: Callable[[], float], *, skew: float) -> None:
        self._plan = plan
        self._epoch = epoch
        self._skew = skew
        self.away = False

    def time(self) -> float:
        """What the database takes for the time: its clock may be wrong by minutes."""
        return self._epoch() + self._skew

    async def before(self, what: str) -> None:
        process = PROCESS.get()
        if process is None:
            return
        await process.step(what)
        if self.away:
            raise ConnectionRefusedError if what == "connect" else _gone()
        if what != "connect" and self._plan.strikes("statement cut"):
            raise _gone()
        if what not in {"connect", "BEGIN", "COMMIT"} and self._plan.strikes("deadlock"):
            raise asyncpg.DeadlockDetectedError("deadlock detected")

    async def after_commit(self) -> None:
        process = PROCESS.get()
        if process is None:
            return
        await process.step("committed")
        if self._plan.strikes("commit answer lost"):
            raise _gone()


def _gone() -> asyncpg.PostgresError:
    return asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
