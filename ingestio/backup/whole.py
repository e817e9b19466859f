"""A backup of everything, and everything from a backup."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ingestio.backup.bucket import holds_objects, put_objects, save_objects
from ingestio.backup.contents import BUCKET, Contents, begin, write_contents
from ingestio.backup.tables import dump, is_empty, leave_mark
from ingestio.backup.tables import restore as restore_tables
from ingestio.client import TroubleError
from ingestio.home import Passwords
from shared.migrations import SERVICES, create_roles_and_database, upgrade, url_of
from shared.storage import Storage

Say = Callable[[str], None]


async def back_up(folder: Path, *, admin_url: str, storage: Storage, say: Say) -> Contents:
    """Write a backup of the running system into an empty folder. Raises TroubleError, and OSError while a part is away.

    Ingest's tables come first: what the others know beyond them is asked for again or swept, what they lack never would be.
    """
    begin(folder)
    begun, clock = datetime.now(UTC), time.monotonic()
    say("Tables of ingest")
    first = await dump("ingest", admin_url, folder)
    say("Tables of the other services")
    others = await asyncio.gather(*(dump(name, admin_url, folder) for name in SERVICES if name != "ingest"))
    say("Objects of the bucket")
    objects, size = await save_objects(storage, folder / BUCKET)
    contents = Contents(
        begun_at=begun,
        seconds=round(time.monotonic() - clock, 1),
        dumps=(first, *others),
        objects=objects,
        object_bytes=size,
    )
    write_contents(folder, contents)
    await leave_mark(admin_url)
    return contents


async def restore(
    contents: Contents, folder: Path, *, admin_url: str, storage: Storage, passwords: Passwords, say: Say
) -> None:
    """Fill a system that is empty and not running, and bring its tables to this release. Raises as `back_up`.

    `contents` is what the folder was found to hold.
    """
    await storage.ensure_bucket()
    if await holds_objects(storage):
        raise TroubleError("The bucket is not empty. A backup is restored into an empty system.")
    for name in SERVICES:
        await create_roles_and_database(name, admin_url, passwords[name])
        if not await is_empty(name, admin_url):
            raise TroubleError(f"The database of {name} is not empty. A backup is restored into an empty system.")
    for one in contents.dumps:
        say(f"Tables of {one.service}")
        await restore_tables(one, admin_url, folder)
    say("Objects of the bucket")
    await put_objects(storage, folder / BUCKET)
    for name in SERVICES:
        await upgrade(name, url_of(admin_url, name, "owner", passwords[name]["owner"]))
