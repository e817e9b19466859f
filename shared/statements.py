"""A connection of a pool while somebody has it. Statements go to asyncpg itself: a tenth of the work of the way through SQLAlchemy.

The pool stays SQLAlchemy's, as does what is composed of columns, and errors are told as it tells them.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple, Self, TypeVar

import asyncpg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool
from sqlalchemy.util import greenlet_spawn

from shared.db_metrics import tell_slow

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


class Line:
    """A connection of `engine`'s pool, from `taken` until `give_back`."""

    def __init__(self, engine: Engine, entry: PoolProxiedConnection) -> None:
        self.engine = engine
        self.entry = entry
        self._beneath: Any = entry.driver_connection

    @classmethod
    async def taken(cls, engine: Engine) -> Self:
        """Raises DBAPIError and OSError where there is none to be had, SQLAlchemy's TimeoutError while all are busy."""
        try:
            return cls(engine, await greenlet_spawn(engine.raw_connection))
        except _driver_error(engine) as error:
            raise DBAPIError("connect", None, error, hide_parameters=True) from error

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Row]:
        """Its rows."""
        return await self._told(sql, self._beneath.fetch(sql, *parameters, record_class=Row))

    async def run(self, sql: str, parameters: Sequence[Any] = ()) -> Done:
        """What it did. Without parameters it may be several statements, in one round trip."""
        status = await self._told(sql, self._beneath.execute(sql, *parameters))
        count = status.rpartition(" ")[2]
        return Done(int(count) if count.isdigit() else -1)

    @property
    def lost(self) -> bool:
        """Whether nothing can be said on it any more."""
        return not self.entry.is_valid or bool(self._beneath.is_closed())

    async def give_back(self) -> None:
        """To the pool, which closes it where it has enough: only that has to be waited for."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        if pool.checkedin() < pool.size():
            self.entry.close()
        elif self.entry.is_valid:
            await greenlet_spawn(self.entry.close)

    async def _told(self, sql: str, work: Awaitable[T]) -> T:
        """Slow statements are told, without their parameters. Raises DBAPIError, IntegrityError.

        A connection on which somebody stopped waiting is given up, as SQLAlchemy does: it may have begun what nobody will
        end, and its next user would go on in a stranger's transaction. So is one that planned for tables which have changed
        since: PostgreSQL would keep such a plan for ever.
        """
        began = time.monotonic()
        info = self.entry.info
        try:
            return await work
        except asyncio.CancelledError:
            self.entry.invalidate()
            raise
        except asyncpg.InternalClientError as error:  # the server has ended it, in between two statements
            self.entry.invalidate()
            raise DBAPIError(sql, None, error, hide_parameters=True, connection_invalidated=True) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError, _driver_error(self.engine)) as error:
            if isinstance(error, _OUTDATED):
                self.entry.invalidate()
            kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
            raise kind(sql, None, error, hide_parameters=True, connection_invalidated=self.lost) from error
        finally:
            tell_slow(info, sql, seconds=time.monotonic() - began)


def _driver_error(engine: Engine) -> type[Exception]:
    error: type[Exception] = engine.dialect.loaded_dbapi.Error
    return error
