"""Turns: an endpoint has few deliveries under way at once, so a receiver that hangs holds up only itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

_AT_ONCE = 8
_PATIENCE_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 300.0


class Busy(Exception):
    """Not now: the endpoint has enough under way. Its turn may come in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class _Line:
    """Who is at an endpoint or waits for it, how long a turn takes there, and how many were sent away."""

    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    present: int = 0
    sent_away: int = 0
    turn_seconds: float = 0.0


class Turns:
    """Gives out turns, in this process."""

    def __init__(self) -> None:
        self._lines: dict[UUID, _Line] = {}

    @asynccontextmanager
    async def at(self, endpoint: UUID) -> AsyncIterator[None]:
        """One turn. Raises Busy when it does not come soon: whoever waits on does so without holding a worker's slot."""
        line = self._lines.setdefault(endpoint, _Line())
        line.present += 1
        try:
            await _come_up(line)
            began = time.monotonic()
            try:
                yield
            finally:
                line.free.release()
                line.turn_seconds += (time.monotonic() - began - line.turn_seconds) / 4
                line.sent_away = max(line.sent_away - 1, 0)
        finally:
            line.present -= 1
            if not line.present:
                del self._lines[endpoint]


async def _come_up(line: _Line) -> None:
    patience = 0 if line.sent_away else _PATIENCE_SECONDS  # where others waited in vain, nobody does
    try:
        async with asyncio.timeout(patience):
            await line.free.acquire()
    except TimeoutError:
        line.sent_away += 1
        wait = max(line.turn_seconds, _PATIENCE_SECONDS) * line.sent_away / _AT_ONCE
        raise Busy(min(max(wait, _PATIENCE_SECONDS), _LONGEST_WAIT_SECONDS)) from None
