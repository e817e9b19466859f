"""Objects that no row stands behind: left by a process that died between file and row, or by a database that was put back."""

from datetime import UTC, datetime, timedelta

import structlog

from shared.db import Database
from shared.folders import Folder
from shared.metrics import ORPHANS_DELETED
from shared.storage import Storage

log = structlog.get_logger()


async def clear_orphans(db: Database, storage: Storage, folder: Folder, *, grace: timedelta) -> tuple[int, int]:
    """Delete the orphans older than `grace`; returns how many, and how many keys there are that nobody can explain.

    `grace` must be longer than a request or a job may take: objects are stored before the rows that name them.
    """
    if folder.clear is None:
        return 0, 0
    orphans, unknown = 0, 0
    async for page in storage.pages(folder.name):
        old = [key for key, changed_at in page if changed_at < datetime.now(UTC) - grace]
        ours = [key for key in old if folder.knows(key)]
        orphans += await folder.clear(db, storage, ours)
        unknown += len(old) - len(ours)
    ORPHANS_DELETED.labels(folder.name[:-1]).inc(orphans)
    if orphans:
        log.warning("orphans_deleted", folder=folder.name, objects=orphans)
    return orphans, unknown
