"""The pace of a loop: what it works it pays back in rest, so that under load more comes together in a batch.

A single document on an idle system waits for nothing: that much work is always free.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

REST = 2.0  # seconds of rest for a second of work
LONGEST_SECONDS = 0.1
_FREE_SECONDS = 0.25


class Pace:
    """`rested` before a batch, `working` around it."""

    def __init__(self) -> None:
        self._owed = 0.0  # seconds of work
        self._at = 0.0

    async def rested(self) -> None:
        """Returns when it is time for the next batch."""
        self._pay_back()
        if self._owed > _FREE_SECONDS:
            await asyncio.sleep((self._owed - _FREE_SECONDS) * REST)
            self._pay_back()

    @contextmanager
    def working(self) -> Iterator[None]:
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            self._at = asyncio.get_running_loop().time()
            self._owed = min(self._owed + self._at - began, _FREE_SECONDS + LONGEST_SECONDS / REST)

    def _pay_back(self) -> None:
        now = asyncio.get_running_loop().time()
        self._owed = max(0.0, self._owed - (now - self._at) / REST)
        self._at = now
