"""Recurring tasks: each is repeated until its service ends, outlives what is away, and tells how it goes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError

from shared.metrics import MAINTENANCE_AT, MAINTENANCE_RUNS, MAINTENANCE_SECONDS

log = structlog.get_logger()


async def repeat(
    task: str,
    run: Callable[[], Awaitable[object]],
    *,
    seconds: float,
    at_once: bool = False,
    full: int = -1,
    endures: tuple[type[Exception], ...] = (),
) -> None:
    """Run every so many seconds, for the first time `at_once` or after these, until cancelled.

    A run that returns `full` has done as much as it may in one go: the next follows without a pause. The database, the storage
    and what else it `endures` may fail it: then the next one does its work. Anything else is raised.
    """
    away: tuple[type[Exception], ...] = (DBAPIError, OSError, TimeoutError, *endures)
    wait = 0.0 if at_once else seconds
    while True:
        await asyncio.sleep(wait)
        wait = seconds
        try:
            with one_run(task):
                while await run() == full:
                    pass
        except away as error:
            log.warning("maintenance_failed", task=task, error=type(error).__name__)


@contextmanager
def one_run(task: str) -> Iterator[None]:
    """One run of a recurring task. It failed when the block raises, which goes on."""
    began, outcome = time.monotonic(), "failed"
    MAINTENANCE_RUNS.labels(task, "failed")
    try:
        yield
        outcome = "ok"
        MAINTENANCE_AT.labels(task).set_to_current_time()
    finally:
        MAINTENANCE_SECONDS.labels(task).observe(time.monotonic() - began)
        MAINTENANCE_RUNS.labels(task, outcome).inc()
