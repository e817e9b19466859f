"""How far an export is, told every second while it is written; and whether somebody wants it stopped."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from shared.db import Database, rows

log = structlog.get_logger()

_EVERY_SECONDS = 1.0

_TELL = "UPDATE exports SET written = $3 WHERE tenant_id = $1 AND export_id = $2 RETURNING cancelled_at"


class StoppedError(Exception):
    """Somebody cancelled the export."""


@asynccontextmanager
async def telling_progress(
    export: Any, db: Database, *, every_seconds: float = _EVERY_SECONDS
) -> AsyncIterator[Callable[[int], None]]:
    """What is called with each document's number, from any thread. It raises StoppedError once the export is cancelled."""
    written = 0
    stopped = threading.Event()

    def on_document(number: int) -> None:
        nonlocal written
        written = number
        if stopped.is_set():
            raise StoppedError

    async def tell() -> None:
        while not stopped.is_set():
            await asyncio.sleep(every_seconds)
            try:
                async with db.transaction(durable=False) as tx:
                    found = await rows(tx, _TELL, export.tenant_id, export.export_id, written)
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("export_progress_not_told", error=type(error).__name__)
                continue
            if found and found[0].cancelled_at:
                stopped.set()

    telling = asyncio.create_task(tell())
    try:
        yield on_document
    finally:
        telling.cancel()
