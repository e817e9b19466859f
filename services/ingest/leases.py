"""Keeps what a request holds while it is at work; a process that dies stops renewing, and so lets go."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from services.ingest.uploads import HELD


@asynccontextmanager
async def renewing(renew: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Renew while the block runs. A renewal that fails is no end of it: every write checks the holder itself."""
    task = asyncio.create_task(_keep_renewing(renew))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_renewing(renew: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(HELD.total_seconds() / 3)
        with contextlib.suppress(SQLAlchemyError, OSError):
            await renew()
