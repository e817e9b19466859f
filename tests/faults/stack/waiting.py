"""Waiting for what becomes true some time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.faults.record import slowness

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T | None]], *, within: float, every: float = 0.1) -> T:
    """Look again and again until there is something, for longer on a slower machine. Raises TimeoutError."""
    within *= slowness()
    deadline = time.monotonic() + within
    while (found := await look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within} seconds")
        await asyncio.sleep(every)
    return found
