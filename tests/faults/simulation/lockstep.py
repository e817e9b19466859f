"""One statement at a time against a real PostgreSQL, from inside simulated time.

A statement runs to its end before anything else happens, however long the server takes; one that waits for a lock is parked,
and wakes when the transaction that holds the lock has ended. So the same schedule comes out whatever the machine does.
"""

import asyncio
import selectors
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

_LOOK_SECONDS = 0.004
_WAITS = "SELECT cardinality(pg_blocking_pids($1)) > 0"


class _Waiting(selectors.DefaultSelector):
    """Asks the operating system only when there is nothing else to do: that halves what a statement costs."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return [] if timeout == 0 else super().select(timeout)


class _RealLoop(asyncio.SelectorEventLoop):
    """Runs in real time, also while the product's clock is simulated."""

    def __init__(self) -> None:
        super().__init__(_Waiting())

    def time(self) -> float:
        return monotonic()


@dataclass(eq=False)
class _Parked:
    """A statement that waits for a lock in `database`."""

    task: "asyncio.Task[Any]"
    database: str
    server_pid: int
    woken: "asyncio.Future[None]"


class Lockstep:
    """Drives the connections, which live on a loop of their own, in real time."""

    def __init__(self) -> None:
        self._real = _RealLoop()
        self._parked: list[_Parked] = []
        self._observer: Any = None
        self.waits = 0
        self.statements = 0

    def observe(self, url: str) -> None:
        """Connect as somebody who may see who waits for whom, and end it."""
        self._observer = self.run(asyncpg.connect(url))

    def close(self, connections: Iterable[Any]) -> None:
        """Close these, the observer's, and the loop they all live on."""
        for connection in (*connections, self._observer):
            self.run(connection.close())
        self._real.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it to its end while simulated time stands still."""
        task = self._real.create_task(work)
        self._turn(task)
        return task.result()

    def _turn(self, task: "asyncio.Task[Any]", *, within: float = float("inf")) -> bool:
        """Turn the real loop until the task is done, for so many seconds at most; whether it is."""
        outer = asyncio._get_running_loop()
        asyncio._set_running_loop(self._real)
        deadline = monotonic() + within
        alarm = self._real.call_later(within, _nothing) if within < float("inf") else None
        try:
            while not task.done() and monotonic() < deadline:
                self._real._run_once()  # type: ignore[attr-defined]  # run_until_complete costs as much as the statement
        finally:
            asyncio._set_running_loop(outer)
            if alarm:
                alarm.cancel()
        return task.done()

    async def statement(self, work: Coroutine[Any, Any, T], *, database: str, server_pid: int, alone: bool) -> T:
        """Run a statement; parked while it waits for a lock, which it cannot when it is `alone` in its database."""
        self.statements += 1
        if alone:
            return self.run(work)
        task = self._real.create_task(work)
        if self._ends(task, server_pid):
            return task.result()
        self.waits += 1
        parked = _Parked(task, database, server_pid, asyncio.get_running_loop().create_future())
        self._parked.append(parked)
        try:
            await parked.woken
        except asyncio.CancelledError:
            self._end(parked)
            raise
        return task.result()

    def transaction_ended(self, database: str) -> None:
        """Locks were let go: whoever waited for them goes on, in the order of their waiting."""
        for parked in [one for one in self._parked if one.database == database]:
            if self._ends(parked.task, parked.server_pid):
                self._parked.remove(parked)
                if not parked.woken.done():
                    parked.woken.set_result(None)

    def _ends(self, task: "asyncio.Task[Any]", server_pid: int) -> bool:
        """Wait until the statement has ended, or surely waits for a lock."""
        while True:
            if self._turn(task, within=_LOOK_SECONDS):
                return True
            if self.run(self._observer.fetchval(_WAITS, server_pid)):
                return False

    def _end(self, parked: _Parked) -> None:
        if parked in self._parked:
            self._parked.remove(parked)
            self.run(self._observer.fetchval("SELECT pg_cancel_backend($1)", parked.server_pid))
            self._turn(parked.task)
        if not parked.task.cancelled():
            parked.task.exception()  # looked at: nobody else will


def _nothing() -> None:
    """Rings only to be heard."""
