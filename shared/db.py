"""A service's database: transactions for one tenant or for the worker, and what kind of failure an error is."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from shared.db_metrics import measure_pool, report_slow
from shared.metrics import DB_POOL_TIMEOUTS
from shared.statements import Done, Line
from shared.transactions import Transaction, begun

__all__ = [
    "Database",
    "Transaction",
    "after_commit",
    "is_transient",
    "is_unstorable",
    "note",
    "noted",
    "rows",
    "run_sql",
]

# SQLSTATE classes after which the same statement may well work: connection, resources, operator, deadlock, serialization.
_TRANSIENT_CLASSES = ("08", "53", "57")
_TRANSIENT_STATES = ("40001", "40P01", "55P03")
# U+0000 in a text or in JSON; a number, a date that no column of this kind can hold; what the driver cannot even send.
_UNSTORABLE_STATES = ("22021", "22P05", "22003", "22008", "22000")


class Database:
    """A pool of connections under one role.

    `name` is told to the server and in metrics; statements that take longer than `slow` seconds are logged.
    """

    def __init__(self, url: str, *, pool_size: int = 5, name: str = "local", slow: float = 1.0) -> None:
        self.name = name
        self._engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            # The connection used last knows the statements best, and PostgreSQL's process for it is awake.
            pool_use_lifo=True,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "application_name": f"ingestio-{name}",
                    "idle_in_transaction_session_timeout": "60000",
                    "lock_timeout": "10000",
                    # Compiling, and starting processes, costs more than it saves on our short statements.
                    "jit": "off",
                    "max_parallel_workers_per_gather": "0",
                },
            },
        )
        event.listen(self._engine.sync_engine, "checkout", _refuse_unfit)
        measure_pool(self._engine.sync_engine, name)
        report_slow(self._engine.sync_engine, name, limit=slow)

    @asynccontextmanager
    async def transaction(
        self, *, tenant: UUID | None = None, durable: bool = True, by_key: bool = False
    ) -> AsyncIterator[Transaction]:
        """One short transaction. `tenant` is what row-level security sees; without it the API role sees nothing.

        `durable=False` is for claims and heartbeats: losing the last of them in a crash costs nothing. `by_key` is for
        statements that find few rows by their keys: their plans are made once, and use an index wherever there is one.
        Raises TimeoutError when every connection of the pool stays busy.
        """
        with self._all_busy():
            async with begun(self._engine.sync_engine, tenant=tenant, durable=durable, by_key=by_key) as tx:
                yield tx

    async def ask(self, sql: str, *parameters: Any) -> Sequence[Any]:
        """All rows of one statement that is a transaction by itself: one round trip instead of three.

        Raises TimeoutError when every connection of the pool stays busy.
        """
        with self._all_busy():
            line = await Line.taken(self._engine.sync_engine)
        try:
            return await line.fetch(sql, parameters)
        finally:
            await line.give_back()

    @contextmanager
    def _all_busy(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            DB_POOL_TIMEOUTS.labels(self.name).inc()
            raise TimeoutError("every connection is busy") from error

    async def ping(self) -> None:
        """Ask the database for a sign of life. Raises what the driver raises."""
        await self.ask("SELECT 1")

    async def close(self) -> None:
        await self._engine.dispose()


def note(tx: Transaction, what: str) -> None:
    """Remember that this transaction writes what somebody waits for, as `Bell` names it."""
    tx.noted.add(what)


def noted(tx: Transaction) -> set[str]:
    """What this transaction has written that somebody waits for."""
    return set(tx.noted)


def after_commit(tx: Transaction, count: Callable[[], object]) -> None:
    """Call `count` when this transaction has committed, and not at all when it does not: for metrics."""
    tx.counts.append(count)


def _refuse_unfit(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """What was lost beneath SQLAlchemy is still in its pool; asking the server each time would cost three round trips.

    No connection changes hands within a transaction: it would show one tenant's rows to another, and commit nothing.
    """
    beneath: Any = record.driver_connection
    if beneath.is_closed() or beneath.is_in_transaction():
        raise InvalidatePoolError


async def run_sql(tx: Transaction, sql: str, *parameters: Any) -> Done:
    """Run one statement with `$1` parameters, as PostgreSQL writes them. Returns how many rows it touched."""
    return await tx.run(sql, parameters)


async def rows(tx: Transaction, sql: str, *parameters: Any) -> Sequence[Any]:
    """All rows of one statement with `$1` parameters; columns are attributes."""
    return await tx.fetch(sql, parameters)


def is_transient(error: DBAPIError) -> bool:
    """Whether the database, not the data, is the reason: the same work may succeed later."""
    if error.connection_invalidated:
        return True
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return not state or state in _TRANSIENT_STATES or state[:2] in _TRANSIENT_CLASSES


def is_unstorable(error: DBAPIError) -> bool:
    """Whether a value that came from outside is the reason: one that cannot be stored, or not even be sent."""
    return str(getattr(error.orig, "sqlstate", "")) in _UNSTORABLE_STATES
