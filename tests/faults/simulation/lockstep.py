"""One statement at a time against a real PostgreSQL, from inside simulated time.

A statement runs to its end before anything else happens, however long the server takes; one that waits for a lock is parked,
and wakes when the transaction that holds the lock has ended. So the same schedule comes out whatever the machine does.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.faults.simulation.link import Answer, Call, connect

T = TypeVar("T")

_LOOK_SECONDS = 0.004
_WAITS = "SELECT cardinality(pg_blocking_pids($1)) > 0"


@dataclass(eq=False)
class _Parked:
    """A statement that waits for a lock in `database`."""

    answer: Answer
    database: str
    server_pid: int
    woken: "asyncio.Future[None]"


class Lockstep:
    """Drives the connections, in real time."""

    def __init__(self) -> None:
        self._parked: list[_Parked] = []
        self._observer: Any = None
        self.waits = 0
        self.statements = 0

    def observe(self, url: str) -> None:
        """Connect as somebody who may see who waits for whom, and end it."""
        self._observer = connect(url)

    def close(self, connections: Iterable[Any]) -> None:
        """Close these and the observer's."""
        for connection in (*connections, self._observer):
            connection.terminate()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it to its end while simulated time stands still."""
        return Call(work).finish()

    async def statement(self, work: Coroutine[Any, Any, T], *, database: str, server_pid: int, alone: bool) -> T:
        """Run a statement; parked while it waits for a lock, which it cannot when it is `alone` in its database."""
        self.statements += 1
        call = Call(work)
        while call.waits_for and not alone:
            if not self._comes(call.waits_for, server_pid):
                await self._park(call.waits_for, database, server_pid)
            call.go_on()
        return call.finish()

    async def _park(self, answer: Answer, database: str, server_pid: int) -> None:
        self.waits += 1
        parked = _Parked(answer, database, server_pid, asyncio.get_running_loop().create_future())
        self._parked.append(parked)
        try:
            await parked.woken
        except asyncio.CancelledError:
            self._end(parked)
            raise

    def transaction_ended(self, database: str) -> None:
        """Locks were let go: whoever waited for them goes on, in the order of their waiting."""
        for parked in [one for one in self._parked if one.database == database]:
            if self._comes(parked.answer, parked.server_pid):
                self._parked.remove(parked)
                if not parked.woken.done():
                    parked.woken.set_result(None)

    def _comes(self, answer: Answer, server_pid: int) -> bool:
        """Wait until the answer is there, or the statement surely waits for a lock."""
        while not answer.come(within=_LOOK_SECONDS):
            if self.run(self._observer.fetchval(_WAITS, server_pid)):
                return False
        return True

    def _end(self, parked: _Parked) -> None:
        if parked in self._parked:
            self._parked.remove(parked)
            self.run(self._observer.fetchval("SELECT pg_cancel_backend($1)", parked.server_pid))
            parked.answer.come()
