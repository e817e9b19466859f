"""What the commands about tenants and tokens do, in ingest's database: as an administrator of the database server.

INGESTIO_ADMIN_DATABASE_URL decides; without it the local system is meant, which must be running.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from ingestio.client import TroubleError
from ingestio.home import Home
from services.ingest.tenants import Tenant, TenantChange, add_tenant, change_tenant, find_tenant, list_tenants
from services.ingest.tokens import NewToken, Token, add_token, list_tokens, revoke_token
from shared.db import Database, Transaction
from shared.http import ApiError
from shared.migrations import database_of
from shared.vocabulary import Role

T = TypeVar("T")


def new_tenant(home: Path, *, name: str, plan: str) -> Tenant:
    """Raises TroubleError, as all of these."""

    async def work(tx: Transaction) -> Tenant:
        return await add_tenant(tx, name=name, plan=plan)

    return _in_accounts(home, work)


def all_tenants(home: Path) -> list[Tenant]:
    return _in_accounts(home, list_tenants)


def changed_tenant(home: Path, tenant: str, wishes: Mapping[str, object]) -> Tenant:
    """Raises ValidationError, too, for a wish that cannot be meant."""
    change = TenantChange.model_validate(wishes)

    async def work(tx: Transaction) -> Tenant:
        return await change_tenant(tx, (await find_tenant(tx, tenant)).id, change)

    return _in_accounts(home, work)


def new_token(home: Path, tenant: str, *, user: str, role: Role, lifetime: timedelta | None) -> NewToken:
    async def work(tx: Transaction) -> NewToken:
        found = await find_tenant(tx, tenant)
        return await add_token(tx, found.id, user=user, role=role, lifetime=lifetime, created_by="command line")

    return _in_accounts(home, work)


def tokens_of(home: Path, tenant: str) -> list[Token]:
    async def work(tx: Transaction) -> list[Token]:
        return await list_tokens(tx, (await find_tenant(tx, tenant)).id)

    return _in_accounts(home, work)


def revoked(home: Path, tenant: str, token: UUID) -> bool:
    """Whether there was such a token."""

    async def work(tx: Transaction) -> bool:
        return await revoke_token(tx, (await find_tenant(tx, tenant)).id, token)

    return _in_accounts(home, work)


def _in_accounts(home: Path, work: Callable[[Transaction], Awaitable[T]]) -> T:
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
