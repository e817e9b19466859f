"""What recurring tasks tell of themselves: when they last went well, how long they took, how often they failed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from shared.metrics import MAINTENANCE_AT, MAINTENANCE_RUNS, MAINTENANCE_SECONDS


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
