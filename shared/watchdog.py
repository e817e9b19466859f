"""The watchdog: a service that only looks alive is ended, so that whoever supervises it starts it anew.

It looks alive and does nothing when its event loop stands still, or when it cannot reach a part that others may reach: the
parts themselves coming and going is no reason, every loop survives that by itself.
"""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog

from shared.metrics import LOOP_LAG

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 5.0
AWAY_TOO_LONG_SECONDS = 180.0
STALLED_SECONDS = 60
# The storage has no connection that could be broken: a request is as good as a new process.
_HELD = ("database", "broker", "consumer")


class AwayTooLongError(Exception):
    """A part was out of reach for so long that a fresh start is worth a try."""


async def watch(
    probe: Callable[[], Awaitable[Mapping[str, bool]]],
    *,
    every: float = LOOK_EVERY_SECONDS,
    too_long: float = AWAY_TOO_LONG_SECONDS,
) -> None:
    """Look until a part is away for `too_long` seconds. Raises AwayTooLongError then."""
    seen = dict.fromkeys(_HELD, time.monotonic())
    while True:
        due = time.monotonic() + every
        await asyncio.sleep(every)
        LOOP_LAG.observe(max(time.monotonic() - due, 0))
        parts = await probe()
        now = time.monotonic()
        seen |= {part: now for part in _HELD if parts.get(part, True)}
        for part, at in seen.items():
            if now - at > too_long:
                raise AwayTooLongError(part)


@contextmanager
def ended_when_stalled(*, after: int = STALLED_SECONDS) -> Iterator[None]:
    """End this process when its running event loop does nothing for `after` seconds, during the block.

    Seconds are counted by a thread, not read from a clock: a process that was stopped for a while is not stalled.
    """
    alive, over = threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def count() -> None:
        silent = 0
        while not over.wait(1):
            loop.call_soon_threadsafe(alive.set)
            silent = 0 if alive.is_set() else silent + 1
            alive.clear()
            if silent >= after:
                log.critical("event_loop_stalled", seconds=silent)
                os._exit(1)

    thread = threading.Thread(target=count, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
