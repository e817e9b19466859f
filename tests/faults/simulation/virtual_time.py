"""An event loop whose clock is simulated: where nothing is left to do now, it is later."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

START = 1_800_000_000.0
"""The second since 1970 at which every seed begins."""

_LEAST = 1e-6  # less would be lost in rounding, and time stand still


class StuckError(Exception):
    """Everybody waits for somebody: no event is left that could happen."""


class _Clock(selectors.DefaultSelector):
    """Instead of waiting, moves the time on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StuckError
        self.now += max(timeout, _LEAST) if timeout > 0 else 0
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs without sockets and threads. What is handed to a thread goes to `in_thread`, which says when and how it runs."""

    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(self._clock)
        self.in_thread: Callable[[Callable[..., Any], tuple[Any, ...]], asyncio.Future[Any]] | None = None

    def time(self) -> float:
        """Simulated seconds since the seed began."""
        return self._clock.now

    def epoch(self) -> float:
        """Simulated seconds since 1970."""
        return START + self._clock.now

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # narrower on purpose
        assert self.in_thread
        return self.in_thread(func, args)
