"""The memory of a measurement's processes, by the part they belong to."""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator

import psutil

from bench.processor import part_of

_EVERY_SECONDS = 0.2


def held() -> Counter[str]:
    """MB resident by part, of everything that this process started."""
    total: Counter[str] = Counter()
    for process in psutil.Process(os.getpid()).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total[part_of(process)] += process.memory_info().rss // 2**20
    return total


@contextlib.asynccontextmanager
async def peaks() -> AsyncIterator[Counter[str]]:
    """Yields what was the most, by part, of all looks while the block runs."""
    most: Counter[str] = Counter()

    async def watch() -> None:
        while True:
            for name, value in held().items():
                most[name] = max(most[name], value)
            await asyncio.sleep(_EVERY_SECONDS)

    watching = asyncio.create_task(watch())
    try:
        yield most
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
