"""Sessions of the web page: each comes from a token, by a code that works once, and ends no later than the token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.ingest.oidc import Issued
from shared.auth import Identity, token_hash
from shared.db import Transaction, rows, run_sql

SESSION_PREFIX = "igs_"
SESSION_LASTS = timedelta(hours=12)

_LINK_LASTS = timedelta(minutes=10)
WHOSE = """
SELECT s.tenant_id, coalesce(t.user_name, s.user_name) AS user, coalesce(t.role, s.role) AS role
FROM sessions s LEFT JOIN living_tokens t ON t.hash = s.token_hash
WHERE s.hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND (s.token_hash IS NULL OR t.hash IS NOT NULL)
"""


@dataclass(frozen=True)
class NewCode:
    """A code for the sign-in link: works once, until `expires_at`."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class NewSession:
    """A session on the only occasion that its secret is known."""

    secret: str
    tenant_id: UUID
    expires_at: datetime


async def new_code(tx: Transaction, token: str) -> NewCode | None:
    """A code for whoever has this token; None when it is no living token. What is long over is forgotten meanwhile."""
    await run_sql(
        tx, "DELETE FROM sessions WHERE greatest(expires_at, code_expires_at, ended_at) < now() - interval '1 day'"
    )
    code = secrets.token_urlsafe(32)
    made = await rows(
        tx,
        "INSERT INTO sessions (tenant_id, token_hash, code_hash, code_expires_at)"
        " SELECT tenant_id, hash, $2, now() + $3::interval FROM living_tokens WHERE hash = $1 RETURNING code_expires_at",
        token_hash(token),
        token_hash(code),
        _LINK_LASTS,
    )
    return NewCode(code, made[0].code_expires_at) if made else None


async def session_of_code(tx: Transaction, code: str) -> NewSession | None:
    """None for a code that is unknown, was used, or is too old. Of two who use it at once, one gets the session."""
    secret = _new_secret()
    opened = await rows(
        tx,
        "UPDATE sessions SET code_hash = NULL, hash = $2, expires_at = now() + $3::interval"
        " WHERE code_hash = $1 AND code_expires_at > now() AND token_hash IN (SELECT hash FROM living_tokens)"
        " RETURNING tenant_id, expires_at",
        token_hash(code),
        token_hash(secret),
        SESSION_LASTS,
    )
    return NewSession(secret, opened[0].tenant_id, opened[0].expires_at) if opened else None


async def session_of_token(tx: Transaction, token: str) -> NewSession | None:
    """None when it is no living token."""
    secret = _new_secret()
    opened = await rows(
        tx,
        "INSERT INTO sessions (tenant_id, token_hash, hash, expires_at)"
        " SELECT tenant_id, hash, $2, now() + $3::interval FROM living_tokens WHERE hash = $1"
        " RETURNING tenant_id, expires_at",
        token_hash(token),
        token_hash(secret),
        SESSION_LASTS,
    )
    return NewSession(secret, opened[0].tenant_id, opened[0].expires_at) if opened else None


async def session_of_issued(tx: Transaction, issued: Issued) -> NewSession:
    """It ends with the issuer's token, which cannot be revoked here."""
    secret = _new_secret()
    (opened,) = await rows(
        tx,
        "INSERT INTO sessions (tenant_id, user_name, role, hash, expires_at)"
        " VALUES ($1, $2, $3, $4, least($5::timestamptz, now() + $6::interval)) RETURNING tenant_id, expires_at",
        issued.identity.tenant_id,
        issued.identity.user,
        issued.identity.role,
        token_hash(secret),
        issued.expires_at,
        SESSION_LASTS,
    )
    return NewSession(secret, opened.tenant_id, opened.expires_at)


async def identity_of_session(tx: Transaction, secret: str) -> Identity | None:
    """None when it has ended, or the token that it came from."""
    found = await rows(tx, WHOSE, token_hash(secret))
    return Identity.model_validate(found[0], from_attributes=True) if found else None


async def end_session(tx: Transaction, secret: str) -> bool:
    """Within seconds it works nowhere any more. Whether there was one to end."""
    ending = "UPDATE sessions SET ended_at = now() WHERE hash = $1 AND ended_at IS NULL"
    return bool((await run_sql(tx, ending, token_hash(secret))).rowcount)


def _new_secret() -> str:
    return SESSION_PREFIX + secrets.token_urlsafe(32)
