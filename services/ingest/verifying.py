"""Whose token or session this is, asked of the tables each time: what was revoked ends at once here."""

from services.ingest.oidc import IssuedTokens
from services.ingest.sessions import SESSION_PREFIX
from shared.auth import Identity, token_hash
from shared.db import Database, rows

_FIRST_HAND = "SELECT tenant_id, user_name AS user, role FROM living_tokens WHERE hash = $1"
_BY_SESSION = """
SELECT t.tenant_id, t.user_name AS user, t.role FROM sessions s JOIN living_tokens t ON t.hash = s.token_hash
WHERE s.hash = $1 AND s.ended_at IS NULL AND s.expires_at > now()
"""


class TokenTable:
    """Verifies tokens, the sessions that came from them, and the tokens of an issuer where there is one."""

    def __init__(self, db: Database, *, issued: IssuedTokens | None = None) -> None:
        self._db = db
        self._issued = issued

    async def verify(self, token: str) -> Identity | None:
        """None when it does not hold. Raises ApiError 503 while the issuer has never answered."""
        if self._issued and token.count(".") == 2:
            return await self._of_a_tenant(await self._issued.verify(token))
        sql = _BY_SESSION if token.startswith(SESSION_PREFIX) else _FIRST_HAND
        async with self._db.transaction(durable=False) as tx:
            found = await rows(tx, sql, token_hash(token))
        return Identity.model_validate(found[0], from_attributes=True) if found else None

    async def _of_a_tenant(self, identity: Identity | None) -> Identity | None:
        """An issuer may name tenants that are not here."""
        if identity is None:
            return None
        async with self._db.transaction(durable=False) as tx:
            there = await rows(tx, "SELECT 1 FROM tenants WHERE tenant_id = $1", identity.tenant_id)
        return identity if there else None
