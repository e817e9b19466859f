"""Says when the last backup was made, from the mark that `ingestio backup` leaves: 0 where there was none."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from shared.db import Database, rows
from shared.metrics import BACKUP_AT

log = structlog.get_logger()

_EVERY_SECONDS = 60.0
_LAST = "SELECT coalesce(max(extract(epoch FROM at)), 0)::float8 AS at FROM marks WHERE name = 'backup'"


async def tell_last_backup(db: Database) -> None:
    async with db.transaction(durable=False) as tx:
        BACKUP_AT.set((await rows(tx, _LAST))[0].at)


async def keep_telling(db: Database) -> None:
    """Every minute, until cancelled."""
    while True:
        try:
            await tell_last_backup(db)
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("backup_age_unknown", error=type(error).__name__)
        await asyncio.sleep(_EVERY_SECONDS)
