"""One open transaction: what runs in it, what is to be done once it has committed, and how it ends."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import greenlet_spawn

from shared.statements import Line

# For statements that find few rows by their keys. Planned anew each time, as they would be, they took as long again; and a plan
# made while a table was short must not read all of it when it has grown. Of an empty table all indexes look alike: so plans are
# made anew after a connection's second such transaction, its fourth, its eighth, and so on.
_BY_KEY = "".join(
    f"; SET LOCAL {setting}"
    for setting in (
        *("plan_cache_mode = force_generic_plan", "enable_seqscan = off"),
        *("enable_hashjoin = off", "enable_mergejoin = off"),
    )
)


class Transaction(Line):
    """Begun and not ended yet, on the connection that it is."""

    def __init__(self, *line: Any) -> None:
        super().__init__(*line)
        self.noted: set[str] = set()
        self.counts: list[Callable[[], object]] = []
        self._open = False

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run what is composed of columns, by SQLAlchemy."""
        return await greenlet_spawn(self._composed.execute, statement, parameters)

    async def begin(self, *, tenant: UUID | None, durable: bool, by_key: bool) -> None:
        """In one round trip with what holds within it only."""
        settings = _BY_KEY if by_key else ""
        settings += "; DISCARD PLANS" if by_key and self._outgrew_its_plans() else ""
        settings += "" if durable else "; SET LOCAL synchronous_commit = off"
        settings += f"; SET LOCAL app.tenant = '{UUID(str(tenant))}'" if tenant else ""
        self._open = True  # also when it is cut short: what was not begun is taken back without harm
        await self.run(f"BEGIN{settings}")

    async def commit(self) -> None:
        """Nothing after `rollback`."""
        await self._end("COMMIT")

    async def rollback(self) -> None:
        """Take everything back, so that there is nothing to be told of it; what runs after it is in no transaction."""
        self.counts.clear()
        await self._end("ROLLBACK")

    def _outgrew_its_plans(self) -> bool:
        """Whether this connection's transactions by key have doubled in number: the tables may have, too."""
        number: int = self.entry.info.get("by_key", 0) + 1
        self.entry.info["by_key"] = number
        return number.bit_count() == 1

    async def _end(self, how: str) -> None:
        if self._open:
            self._open = False
            await self.run(how)

    @cached_property
    def _composed(self) -> Connection:
        """SQLAlchemy's connection on the same line, which takes the transaction for one that it has begun itself."""
        adapted: Any = self.entry.dbapi_connection
        adapted._transaction = self  # noqa: SLF001  # there is no public way
        return Connection(self.engine, connection=self.entry)

    async def give_back(self) -> None:
        adapted: Any = self.entry.dbapi_connection
        if adapted is not None:
            adapted._transaction = None  # noqa: SLF001  # as above
        await super().give_back()


@asynccontextmanager
async def begun(
    engine: Engine, *, tenant: UUID | None = None, durable: bool = True, by_key: bool = False
) -> AsyncIterator[Transaction]:
    """Commits at the end of the block, or takes everything back when it raises."""
    tx = await Transaction.taken(engine)
    try:
        await tx.begin(tenant=tenant, durable=durable, by_key=by_key)
        yield tx
        await tx.commit()
    except BaseException:
        if not tx.lost:
            with contextlib.suppress(DBAPIError, OSError):
                await tx.rollback()
        raise
    finally:
        await tx.give_back()
    for count in tx.counts:
        count()
