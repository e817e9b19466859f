"""What a pool of connections tells of itself: how many are busy, and which statements are slow, without their parameters."""

import time
import weakref
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from shared.metrics import DB_CONNECTIONS, DB_POOL_TIMEOUTS, DB_SLOW_QUERIES

log = structlog.get_logger()

_BEGAN = "ingestio.began"
_WATCHED = "ingestio.watched"
_LONGEST_STATEMENT = 500  # characters in the log


def measure_pool(engine: Engine, name: str) -> None:
    """Count connections whenever somebody asks for metrics, and never else; a pool that is gone has none."""
    assert isinstance(engine.pool, QueuePool)
    DB_POOL_TIMEOUTS.labels(name)
    known = weakref.ref(engine.pool)
    DB_CONNECTIONS.labels(name, "busy").set_function(lambda: pool.checkedout() if (pool := known()) else 0)
    DB_CONNECTIONS.labels(name, "idle").set_function(lambda: pool.checkedin() if (pool := known()) else 0)


def report_slow(engine: Engine, name: str, *, limit: float) -> None:
    """Count and log statements that take longer than `limit` seconds."""
    DB_SLOW_QUERIES.labels(name)

    @event.listens_for(engine, "connect")
    def know(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_WATCHED] = name, limit

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Any, *_: Any) -> None:
        connection.info[_BEGAN] = time.monotonic()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        tell_slow(connection.info, statement, seconds=time.monotonic() - connection.info[_BEGAN])


def tell_slow(info: Mapping[Any, Any], statement: str, *, seconds: float) -> None:
    """Count and log the statement if it was slow; `info` is its connection's."""
    name, limit = info[_WATCHED]
    if seconds > limit:
        DB_SLOW_QUERIES.labels(name).inc()
        shown = " ".join(statement.split())[:_LONGEST_STATEMENT]
        log.warning("slow_query", pool=name, seconds=round(seconds, 3), statement=shown)
