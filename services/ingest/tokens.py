"""Tokens: made once, shown once, stored hashed, revoked at any time."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select

from services.ingest.tables import tokens
from shared.auth import token_hash
from shared.db import Transaction, run_sql
from shared.vocabulary import Role

_LISTED = (
    tokens.c.token_id.label("id"),
    tokens.c.user_name.label("user"),
    *(tokens.c.role, tokens.c.created_by, tokens.c.created_at, tokens.c.expires_at, tokens.c.revoked_at),
)


class Token(BaseModel):
    """A token as it is listed: never its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user: str
    role: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewToken(Token):
    """A token on the day it is made: the only time its secret is told."""

    secret: str


async def add_token(
    tx: Transaction, tenant_id: UUID, *, user: str, role: Role, lifetime: timedelta | None, created_by: str
) -> NewToken:
    """Make a token of a tenant that exists. Without a lifetime it does not expire."""
    secret = f"igt_{secrets.token_urlsafe(32)}"
    values = {
        "hash": token_hash(secret),
        "tenant_id": tenant_id,
        "user_name": user,
        "role": role.value,
        "created_by": created_by,
        "expires_at": None if lifetime is None else func.now() + lifetime,
    }
    row = (await tx.execute(tokens.insert().values(values).returning(*_LISTED))).one()
    return NewToken(**Token.model_validate(row).model_dump(), secret=secret)


async def list_tokens(tx: Transaction, tenant_id: UUID) -> list[Token]:
    """The newest first, revoked and expired ones too."""
    newest_first = tokens.c.created_at.desc(), tokens.c.token_id
    found = await tx.execute(select(*_LISTED).where(tokens.c.tenant_id == tenant_id).order_by(*newest_first))
    return [Token.model_validate(row) for row in found]


async def revoke_token(tx: Transaction, tenant_id: UUID, token_id: UUID) -> bool:
    """Whether the tenant has such a token. Revoking again changes nothing."""
    revoked = await run_sql(
        tx,
        "UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE tenant_id = $1 AND token_id = $2",
        tenant_id,
        token_id,
    )
    return bool(revoked.rowcount)
