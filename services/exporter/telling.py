"""Tells how far an export is, twice a second while it is made; and ends the making when nobody wants it any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from services.exporter.progress import Progress, StoppedError
from services.exporter.readiness import Ready
from shared.db import Database, rows

log = structlog.get_logger()

_EVERY_SECONDS = 0.5

_TELL = """
UPDATE exports SET phase = $3, read = $4, written = $5, ended = $6, total = $7 WHERE tenant_id = $1 AND export_id = $2
RETURNING cancelled_at IS NOT NULL OR NOT isfinite(expires_at) AS unwanted
"""


@asynccontextmanager
async def telling_progress(export: Any, about: Ready, db: Database) -> AsyncIterator[Progress]:
    """Set inside, told at once and every half second. What is awaited inside ends with StoppedError once it is unwanted."""
    progress = Progress()
    try:
        async with asyncio.timeout(None) as until_unwanted:
            telling = asyncio.create_task(_tell(progress, export, about, db, until_unwanted))
            try:
                yield progress
            finally:
                telling.cancel()
    except TimeoutError:
        if until_unwanted.expired():
            raise StoppedError from None
        raise


async def _tell(progress: Progress, export: Any, about: Ready, db: Database, until_unwanted: asyncio.Timeout) -> None:
    ids = export.tenant_id, export.export_id
    while True:
        told = progress.phase, progress.read, progress.written, about.ended, about.total
        try:
            async with db.transaction(durable=False) as tx:
                found = await rows(tx, _TELL, *ids, *told)
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("export_progress_not_told", error=type(error).__name__)
        else:
            if found and found[0].unwanted:
                until_unwanted.reschedule(asyncio.get_running_loop().time())
                return
        await asyncio.sleep(_EVERY_SECONDS)
