"""`ingestio backup` and `ingestio restore`: everything that is kept, to a folder and back."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingestio.backup.contents import Contents, read_contents
from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.home import Home, Passwords
from ingestio.terminal import AsJson, new_console, print_json

BackupFolder = Annotated[Path, typer.Argument(help="The backup: a folder with the tables and the files.")]


def backup(folder: BackupFolder, *, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """Back up all tables and files while the system runs.

    The local system of --home, or the one that INGESTIO_ADMIN_DATABASE_URL and INGESTIO_S3_URL name. Passwords and the keys
    of webhook secrets are not in it: keep .env, or .ingestio/database-passwords.json, in a safe place of its own.

    Example: ingestio backup /backup/2026-11-22
    """
    # Imported here, as below, because its libraries take seconds, which the other commands do without.
    from ingestio.backup.whole import back_up  # noqa: PLC0415  # as said above
    from shared.storage import Storage  # noqa: PLC0415  # as above

    local = Home(home)
    admin_url = os.environ.get("INGESTIO_ADMIN_DATABASE_URL") or local.postgres_url()
    bucket_url = os.environ.get("INGESTIO_S3_URL") or local.bucket_url()
    if not admin_url or not bucket_url:
        raise TroubleError(
            f"No IngestIO runs in {home}.\nStart it, or set INGESTIO_ADMIN_DATABASE_URL and INGESTIO_S3_URL."
        )
    say = Console(stderr=True).print
    try:
        contents = asyncio.run(back_up(folder, admin_url=admin_url, storage=Storage(bucket_url), say=say))
    except OSError as error:
        raise TroubleError(f"A part did not answer: {type(error).__name__}. The backup is not whole.") from error
    _show(contents, "Backed up", as_json=as_json)


def restore(folder: BackupFolder, *, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """Fill an empty system, that does not run, from a backup.

    Start it afterwards and hold it together: `ingestio up`, then `ingestio reconcile --objects`. What was under way when the
    backup was made goes on.

    Example: ingestio restore /backup/2026-11-22 --home .ingestio-new
    """
    contents = read_contents(folder)  # before anything is started for it
    from ingestio.backup.whole import restore as restore_all  # noqa: PLC0415  # as above
    from ingestio.stack import StackError  # noqa: PLC0415  # as above
    from shared.storage import Storage  # noqa: PLC0415  # as above

    say = Console(stderr=True).print

    async def work() -> None:
        async with _stores(home) as (admin_url, bucket_url, passwords):
            storage = Storage(bucket_url)
            await restore_all(contents, folder, admin_url=admin_url, storage=storage, passwords=passwords, say=say)

    try:
        asyncio.run(work())
    except (OSError, StackError) as error:
        raise TroubleError(f"A part did not answer as it should: {error}") from error
    _show(contents, "Restored", as_json=as_json)


@asynccontextmanager
async def _stores(home: Path) -> AsyncIterator[tuple[str, str, Passwords]]:
    """The stores that the environment names, or the local ones, which run meanwhile."""
    from ingestio.migrate import passwords_from  # noqa: PLC0415  # as above
    from ingestio.stack import Stack  # noqa: PLC0415  # as above

    admin_url, bucket_url = os.environ.get("INGESTIO_ADMIN_DATABASE_URL"), os.environ.get("INGESTIO_S3_URL")
    if admin_url and bucket_url:
        yield admin_url, bucket_url, passwords_from(os.environ)
        return
    local = Home(home)
    with local.held():
        async with Stack(home).without_broker() as (postgres, s3):
            yield postgres, s3, local.passwords()


def _show(contents: Contents, verb: str, *, as_json: bool) -> None:
    if as_json:
        print_json(contents.model_dump(mode="json"))
        return
    tables = sum(dump.size for dump in contents.dumps)
    new_console().print(
        f"{verb} {len(contents.dumps)} databases ({tables / 1e6:,.1f} MB) and {contents.objects:,} objects"
        f" ({contents.object_bytes / 1e6:,.1f} MB) as of {contents.begun_at:%Y-%m-%d %H:%M:%S} UTC.",
        highlight=False,
    )
