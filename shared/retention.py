"""What is only history goes after its time, so that no table grows for ever: in small transactions, now and then."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from shared.db import Database, run_sql
from shared.maintenance import repeat

log = structlog.get_logger()

_AT_ONCE = 1000
_EVERY_SECONDS = 3600.0


@dataclass(frozen=True)
class History:
    """Rows of `table` that nothing needs any more: those for which `old` holds, an SQL condition in which $1 is `kept`."""

    table: str
    old: str
    kept: timedelta | None = None


def decided_letters(kept: timedelta) -> History:
    """Dead letters that were redriven or dropped."""
    return History("dead_letters", "fate IS NOT NULL AND decided_at < now() - $1::interval", kept)


def old_audit(kept: timedelta) -> History:
    """Entries of the service's audit log."""
    return History("audit", "at < now() - $1::interval", kept)


# The place of a batch in the queue matters while it has jobs that have not ended; it begins anew with the next ones.
IDLE_FLOWS = History(
    "flows",
    "NOT EXISTS (SELECT FROM jobs j WHERE j.batch_id = flows.batch_id AND j.state IN ('q', 'd', 's', 'r'))",
)


async def forget(db: Database, history: History) -> int:
    """Delete up to a thousand rows whose time has come; returns how many."""
    found = f"SELECT ctid FROM {history.table} WHERE {history.old} LIMIT {_AT_ONCE} FOR UPDATE SKIP LOCKED"  # noqa: S608  # from code
    async with db.transaction() as tx:
        times = [] if history.kept is None else [history.kept]
        deleted = await run_sql(tx, f"DELETE FROM {history.table} WHERE ctid = ANY(ARRAY({found}))", *times)  # noqa: S608  # as above
        return int(deleted.rowcount)


async def keep_forgetting(db: Database, histories: Sequence[History]) -> None:
    """Every hour or so, until cancelled: replicas do so at different times."""

    async def forget_all() -> None:
        for history in histories:
            while await forget(db, history) == _AT_ONCE:
                pass

    seconds = _EVERY_SECONDS * random.uniform(0.5, 1.5)  # noqa: S311  # spreads replicas, hides nothing
    await repeat("forget_history", forget_all, seconds=seconds)
