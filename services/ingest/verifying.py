"""Whose token or session this is, asked of the tables each time: what was revoked ends at once here."""

from services.ingest.oidc import Issued, IssuedTokens
from services.ingest.sessions import SESSION_PREFIX, WHOSE
from shared.auth import Identity, token_hash
from shared.db import Database

_FIRST_HAND = "SELECT tenant_id, user_name AS user, role FROM living_tokens WHERE hash = $1"


class TokenTable:
    """Verifies tokens, the sessions that came from them, and the tokens of an issuer where there is one."""

    def __init__(self, db: Database, *, issued: IssuedTokens | None = None) -> None:
        self._db = db
        self._issued = issued

    async def verify(self, token: str) -> Identity | None:
        """None when it does not hold. Raises ApiError 503 while the issuer has never answered."""
        if issued := await self.issued(token):
            return issued.identity
        sql = WHOSE if token.startswith(SESSION_PREFIX) else _FIRST_HAND
        found = await self._db.ask(sql, token_hash(token))
        return Identity.model_validate(found[0], from_attributes=True) if found else None

    async def issued(self, token: str) -> Issued | None:
        """What a token of the issuer says, if it is one and its tenant is here. Raises as `verify`."""
        issued = await self._issued.read(token) if self._issued and token.count(".") == 2 else None
        if issued is None:
            return None
        there = await self._db.ask("SELECT 1 FROM tenants WHERE tenant_id = $1", issued.identity.tenant_id)
        return issued if there else None
