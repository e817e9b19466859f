"""Says when the last backup was made, from the mark that `ingestio backup` leaves: 0 where there was none."""

from functools import partial

from shared.db import Database, rows
from shared.maintenance import repeat
from shared.metrics import BACKUP_AT

_EVERY_SECONDS = 60.0
_LAST = "SELECT coalesce(max(extract(epoch FROM at)), 0)::float8 AS at FROM marks WHERE name = 'backup'"


async def tell_last_backup(db: Database) -> None:
    async with db.transaction(durable=False) as tx:
        BACKUP_AT.set((await rows(tx, _LAST))[0].at)


async def keep_telling(db: Database) -> None:
    """Every minute, until cancelled."""
    await repeat("tell_backup_age", partial(tell_last_backup, db), seconds=_EVERY_SECONDS, at_once=True)
