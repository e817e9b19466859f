"""Ingest's database for the commands that rule tenants and tokens: as an administrator of the database server.

INGESTIO_ADMIN_DATABASE_URL decides; without it the local system is meant, which must be running.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from ingestio.client import TroubleError
from ingestio.home import Home
from shared.db import Database, Transaction
from shared.http import ApiError
from shared.migrations import database_of

T = TypeVar("T")


def in_accounts(home: Path, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """Run `work` in one transaction on ingest's database. Raises TroubleError."""
    url = os.environ.get("INGESTIO_ADMIN_DATABASE_URL") or Home(home).postgres_url()
    if not url:
        raise TroubleError(
            f"No IngestIO runs in {home}.\nStart one with `ingestio up`, or set INGESTIO_ADMIN_DATABASE_URL."
        )
    try:
        return asyncio.run(_in_transaction(urlsplit(url)._replace(path=f"/{database_of('ingest')}").geturl(), work))
    except ApiError as refused:
        raise TroubleError(refused.detail) from refused
    except (OSError, DBAPIError) as error:
        raise TroubleError(
            f"The database does not answer as it should ({type(error).__name__}). `ingestio doctor` looks into it."
        ) from error


async def _in_transaction(url: str, work: Callable[[Transaction], Awaitable[T]]) -> T:
    db = Database(url, pool_size=1, name="accounts")
    try:
        async with db.transaction() as tx:
            return await work(tx)
    finally:
        await db.close()
