"""What stands in for `asyncpg.connect`: sessions that share a few real connections and go through the simulation's hands.

A session holds a real connection only while a transaction is open, and each of its steps passes `Steps`, where the process
may be slowed, lose the database, or die.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import asyncpg

from shared.statements import Row
from tests.faults.simulation.backends import Backend, open_backend
from tests.faults.simulation.engines import Engines
from tests.faults.simulation.lockstep import Lockstep
from tests.faults.simulation.server import Server

Heard = Callable[[Any, int, str, str], None]

_LOST = (asyncpg.PostgresConnectionError, ConnectionError)
_WITHOUT_EFFECT = {"SELECT 1"}
"""It passes every step like others. The server need not hear of it."""


class Steps(Protocol):
    """The simulation's hand in every step towards the database."""

    async def before(self, what: str) -> None:
        """Time passes; the process may die here. Raises OSError while the database is away, or asyncpg's errors."""

    async def after_commit(self) -> None:
        """The commit is done and its answer on the way. Raises asyncpg's errors when that is lost."""

    def time(self) -> float: ...


class Postgres:
    """All real connections, and the sessions over them."""

    def __init__(self, server: Server, lockstep: Lockstep) -> None:
        self._server = server
        self.lockstep = lockstep
        self.engines = Engines()
        self._idle: dict[bool, dict[str, list[Backend]]] = {True: {}, False: {}}
        self.open_in: Counter[str] = Counter()
        self.listeners: dict[str, dict[Session, Heard]] = {}
        self._sessions = 0

    async def connect(self, steps: Steps, dsn: str | None = None, **options: Any) -> "Session":
        """As asyncpg's. Raises OSError while the database is away."""
        await steps.before("connect")
        url = dsn or "postgresql://{user}:{password}@{host}:{port}/{database}".format(**options)
        self._sessions += 1
        return Session(self, steps, url, number=self._sessions)

    def take(self, url: str, *, begun: bool) -> Backend:
        """One in a transaction, or one that is in none."""
        idle = self._idle[begun].setdefault(url, [])
        if idle:
            return idle.pop()
        backend = open_backend(url, self.lockstep)
        if begun:
            self.run(backend, "BEGIN")
        return backend

    def run(self, backend: Backend, how: str) -> None:
        """End its transaction. The next one begins in the same breath: it holds nothing and sees nothing until it is used."""
        if backend.begun and not backend.used:
            return
        backend.begun = False
        self.lockstep.run(backend.run("BEGIN" if how == "BEGIN" else f"{how}; BEGIN"))
        backend.begun, backend.used = True, False

    def connections(self) -> list[Any]:
        """Those that are not in use: all of them, between two runs."""
        return [backend.connection for idle in self._idle.values() for kept in idle.values() for backend in kept]

    def give_back(self, url: str, backend: Backend) -> None:
        self._idle[backend.begun].setdefault(url, []).append(backend)

    def tell_time(self, *, began: float, now: float) -> None:
        self._server.clock.set(clock=now, now=began)


class Session:
    """A connection as asyncpg's dialect and the pulse use it."""

    def __init__(self, postgres: Postgres, steps: Steps, url: str, *, number: int) -> None:
        self._postgres = postgres
        self._steps = steps
        self._url = url
        self._number = number
        self.database = urlsplit(url).path.strip("/")
        self._backend: Backend | None = None
        self._began = 0.0
        self._closed = False
        self._busy = False

    async def prepare(self, sql: str, **_options: Any) -> "_Statement":
        assert self._backend
        self._check_open()
        return _Statement(self, await self.real_statement(sql), sql)

    async def real_statement(self, sql: str) -> Any:
        """Of the real connection that the open transaction has."""
        assert self._backend
        known = self._backend.statements
        if sql not in known:
            known[sql] = await self._do(lambda backend: backend.connection.prepare(sql, record_class=Row))
        return known[sql]

    async def fetch(self, sql: str, *arguments: Any, **_options: Any) -> Any:
        """One statement, in the open transaction or in one of its own."""
        if self._backend:
            return (await self.query(sql, arguments))[0]
        found = await self._alone(sql, arguments)
        await self._after_commit()
        return found

    async def execute(self, sql: str, *arguments: Any, **_options: Any) -> str:
        """Statements in a transaction, and its two ends; beside that the pulse's NOTIFY, which here goes from session to session."""
        if sql.startswith("BEGIN"):
            return await self._begin(sql)
        if sql in {"COMMIT", "ROLLBACK"}:
            await self.end(sql)
            return sql
        if self._backend:
            return (await self.query(sql, arguments))[1]
        await self._before(sql)
        for session, heard in list(self._postgres.listeners.get(self.database, {}).items()):
            heard(session, self._number, sql.removeprefix("NOTIFY "), "")
        return "NOTIFY"

    async def fetchrow(self, sql: str, *arguments: Any, **_options: Any) -> Any:
        """One statement, outside of transactions."""
        found = await self._alone(sql, arguments)
        return found[0] if found else None

    async def _alone(self, sql: str, arguments: tuple[Any, ...]) -> Any:
        await self._before(sql)
        self._take(begun=False)
        try:
            real = await self.real_statement(sql)
            return (await self._do(lambda backend: backend.fetch(real, arguments)))[0]
        finally:
            self._finish(None)

    async def executemany(self, sql: str, rows: Any) -> None:
        await self._before(sql)
        real = await self.real_statement(sql)
        await self._do(lambda _: real.executemany(rows))

    async def _begin(self, script: str) -> str:
        """BEGIN, and whose it is in the same breath. How it is planned, and kept safe, is the server's own business here."""
        await self._before("BEGIN")
        self._take(begun=True)
        for sql in script.split("; ")[1:]:
            if sql.startswith("SET LOCAL app."):
                await self.query(sql, ())
        return "BEGIN"

    async def end(self, how: str) -> None:
        """COMMIT or ROLLBACK."""
        if self._backend is None:
            return
        try:
            if how == "COMMIT":
                await self._before(how)
            self._finish(how)
        except BaseException:
            self._finish("ROLLBACK")
            raise
        if how == "COMMIT":
            await self._after_commit()

    async def _before(self, what: str) -> None:
        """An error of the connection ends it."""
        try:
            await self._steps.before(what)
        except _LOST:
            self.lose()
            raise
        self._check_open()

    async def _after_commit(self) -> None:
        try:
            await self._steps.after_commit()
        except _LOST:
            self.lose()
            raise

    def _take(self, *, begun: bool) -> None:
        self._backend = self._postgres.take(self._url, begun=begun)
        self._began = self._steps.time()
        self._postgres.open_in[self.database] += 1

    def _finish(self, how: str | None) -> None:
        backend, self._backend = self._backend, None
        if backend is None:
            return
        try:
            if how and backend.begun:
                self._postgres.run(backend, how)
        finally:
            self._postgres.give_back(self._url, backend)
            self._postgres.open_in[self.database] -= 1
            self._postgres.lockstep.transaction_ended(self.database)

    async def query(self, sql: str, arguments: tuple[Any, ...]) -> tuple[Any, str]:
        """The rows, and what the statement says it did."""
        await self._before(sql)
        real = await self.real_statement(sql)
        if sql in _WITHOUT_EFFECT:
            return [], ""
        found, status, _ = await self._do(lambda backend: backend.fetch(real, arguments))
        return found, status.decode()

    async def _do(self, work: Callable[[Backend], Any]) -> Any:
        assert self._backend
        self._backend.used = True
        self._postgres.tell_time(began=self._began, now=self._steps.time())
        alone = self._postgres.open_in[self.database] == 1
        return await self._postgres.lockstep.statement(
            work(self._backend), database=self.database, server_pid=self._backend.pid, alone=alone
        )

    def _check_open(self) -> None:
        if self._closed:
            raise asyncpg.InterfaceError("connection is closed")

    def lose(self) -> None:
        """The connection is gone; the server rolls back."""
        self._closed = True
        self._postgres.listeners.get(self.database, {}).pop(self, None)
        self._finish("ROLLBACK")

    async def add_listener(self, _channel: str, heard: Heard) -> None:
        self._postgres.listeners.setdefault(self.database, {})[self] = heard

    async def set_type_codec(self, *_arguments: Any, **_options: Any) -> None:
        """The real connections know them already."""

    async def reload_schema_state(self) -> None:
        """Nothing changes the schema."""

    async def close(self, **_options: Any) -> None:
        self.lose()

    def terminate(self) -> None:
        self.lose()

    def is_closed(self) -> bool:
        return self._closed

    def is_in_transaction(self) -> bool:
        return self._backend is not None

    def get_server_pid(self) -> int:
        return self._number


class _Statement:
    """A prepared statement of a real connection."""

    def __init__(self, session: Session, real: Any, sql: str) -> None:
        self._session = session
        self._real = real
        self._sql = sql
        self._status = ""

    async def fetch(self, *arguments: Any) -> Any:
        found, self._status = await self._session.query(self._sql, arguments)
        return found

    def get_attributes(self) -> Any:
        return self._real.get_attributes()

    def get_statusmsg(self) -> str:
        return self._status
