"""The pace of a loop: after each batch it rests twice as long as that took, at most a tenth of a second.

So an idle system waits for nothing, while under load more comes together in a batch and a transaction costs less each.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

REST = 2.0  # of the time the last batch took
LONGEST_SECONDS = 0.1


class Pace:
    """`rested` before a batch, `working` around it."""

    def __init__(self) -> None:
        self._rested_at = 0.0

    async def rested(self) -> None:
        """Returns when it is time for the next batch."""
        rest = self._rested_at - asyncio.get_running_loop().time()
        if rest > 0:
            await asyncio.sleep(rest)

    @contextmanager
    def working(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            yield
        finally:
            now = loop.time()
            self._rested_at = now + min(REST * (now - began), LONGEST_SECONDS)
