"""One written-out statement on asyncpg's connection beneath SQLAlchemy's: a fifth of the work of the way through it.

Transactions, pools and what is composed of columns stay SQLAlchemy's, and errors are told as it tells them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db_metrics import tell_slow

BENEATH = "ingestio.beneath"  # where a connection of a pool keeps asyncpg's
# What a connection says whose plans are older than the tables: a column that a function returns was dropped, for one.
_OUTDATED = (
    asyncpg.UndefinedColumnError,
    asyncpg.DatatypeMismatchError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)

T = TypeVar("T")


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg brings no types
    """A row whose columns are attributes too, as SQLAlchemy's."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def _mapping(self) -> Mapping[str, Any]:
        return dict(self)


class Done(NamedTuple):
    """What a statement did: how many rows it touched."""

    rowcount: int


async def begin(tx: AsyncConnection) -> None:
    """Begin SQLAlchemy's transaction now; by itself it would with its own first statement."""
    adapted: Any = (await tx.get_raw_connection()).dbapi_connection
    tx.info[BENEATH] = adapted.driver_connection
    await _told(tx, "BEGIN", adapted._start_transaction)  # noqa: SLF001  # there is no public way


async def fetch(tx: AsyncConnection, sql: str, parameters: Sequence[Any]) -> Sequence[Row]:
    """Its rows."""
    beneath = tx.info[BENEATH]
    return await _told(tx, sql, lambda: beneath.fetch(sql, *parameters, record_class=Row))


async def run(tx: AsyncConnection, sql: str, parameters: Sequence[Any]) -> Done:
    """What it did."""
    beneath = tx.info[BENEATH]
    status = await _told(tx, sql, lambda: beneath.execute(sql, *parameters))
    count = status.rpartition(" ")[2]
    return Done(int(count) if count.isdigit() else -1)


async def _told(tx: AsyncConnection, sql: str, work: Callable[[], Awaitable[T]]) -> T:
    """Slow statements are told, without their parameters. Raises DBAPIError, IntegrityError.

    A connection on which somebody stopped waiting is given up, as SQLAlchemy does: it may have begun what nobody will end, and
    its next user would go on in a stranger's transaction. So is one that planned for tables which have changed since: PostgreSQL
    would keep such a plan for ever.
    """
    began, info = time.monotonic(), tx.info
    try:
        return await work()
    except asyncio.CancelledError:
        await tx.invalidate()
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, tx.dialect.loaded_dbapi.Error) as error:
        kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
        if isinstance(error, _OUTDATED):
            await tx.invalidate()
        lost = info[BENEATH].is_closed()
        raise kind(sql, None, error, hide_parameters=True, connection_invalidated=lost) from error
    finally:
        tell_slow(info, sql, seconds=time.monotonic() - began)
