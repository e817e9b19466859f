"""The tables of one service to a file and back, by PostgreSQL's own programs."""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from ingestio.backup.contents import Dump, digest
from ingestio.client import TroubleError
from ingestio.stack.errors import StackError
from ingestio.stack.postgres import programs
from shared.migrations import database_of

_PATIENCE = 3600.0  # seconds a dump may take


async def dump(service: str, admin_url: str, folder: Path) -> Dump:
    """One consistent look at all tables of a service. Raises TroubleError."""
    target = folder / f"{service}.dump"
    options = ("--format=custom", "--compress=gzip:1", f"--file={target}")
    await _run("pg_dump", *options, database_of(service), admin_url=admin_url)
    revision = await _ask(admin_url, service, "SELECT version_num FROM alembic_version")
    return Dump(service=service, revision=str(revision), size=target.stat().st_size, sha256=digest(target))


async def restore(dump: Dump, admin_url: str, folder: Path) -> None:
    """Fill the empty database of a service, whose roles are there. All or nothing; raises TroubleError."""
    options = ("--exit-on-error", "--single-transaction", f"--dbname={database_of(dump.service)}")
    await _run("pg_restore", *options, str(folder / dump.file), admin_url=admin_url)


async def is_empty(service: str, admin_url: str) -> bool:
    """Whether the database of a service, which is there, holds no tables."""
    return await _ask(admin_url, service, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


async def leave_mark(admin_url: str) -> None:
    """Say in ingest's tables that there is a backup as of now; tables of a release before 0.2 have no place for it."""
    if await _ask(admin_url, "ingest", "SELECT to_regclass('marks')::text"):
        mark = "INSERT INTO marks VALUES ('backup', now()) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
        await _ask(admin_url, "ingest", mark)


async def _ask(admin_url: str, service: str, sql: str) -> object:
    connection = await asyncpg.connect(urlsplit(admin_url)._replace(path=f"/{database_of(service)}").geturl())
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def _run(program: str, *arguments: str, admin_url: str) -> None:
    """The password goes by the environment: arguments are seen by everybody on the machine."""
    parts = urlsplit(admin_url)
    where = {"PGHOST": parts.hostname or "", "PGPORT": str(parts.port or 5432), "PGUSER": unquote(parts.username or "")}
    environment = {**os.environ, **where, "PGPASSWORD": unquote(parts.password or "")}
    process = await asyncio.create_subprocess_exec(_path(program), *arguments, env=environment, stderr=PIPE)
    async with asyncio.timeout(_PATIENCE):
        _, errors = await process.communicate()
    if process.returncode:
        raise TroubleError(
            f"{program} ended with {process.returncode}. {errors.decode(errors='replace').strip()[:500]}"
        )


def _path(program: str) -> str:
    """Ours, which are as new as any server that IngestIO runs on; else the machine's."""
    try:
        return str(programs() / program)
    except StackError as missing:
        found = shutil.which(program)
        if not found:
            raise TroubleError(f"{program} is missing: install PostgreSQL's client programs.") from missing
        return found
