"""Waits until the processor is as quick as it was: shared cores are slowed down for a while after long work."""

import time

_LOOPS = 1_000_000
_SLOWER = 1.1
_MOST_SECONDS = 300


def spin() -> float:
    """Seconds of a fixed piece of work; the least of some, so that only the processor's own speed is in it."""
    return min(_once() for _ in range(7))


def rested(before: float) -> float:
    """Wait until `spin` takes what it took `before`, by a tenth, but for five minutes at most; returns how much slower it is."""
    until = time.monotonic() + _MOST_SECONDS
    while (slower := spin() / before) > _SLOWER and time.monotonic() < until:
        time.sleep(5)
    return slower


def _once() -> float:
    began = time.perf_counter()
    for _ in range(_LOOPS):
        pass
    return time.perf_counter() - began
