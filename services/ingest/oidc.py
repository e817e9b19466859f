"""Tokens of an OIDC issuer: signature, issuer, audience and time are checked, then claims say tenant, user and role."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import jwt
from pydantic import BaseModel, ConfigDict

from services.ingest.issuer_keys import IssuerKeys
from shared.auth import Identity
from shared.vocabulary import Role

_LEEWAY_SECONDS = 10
_MOST_CHARACTERS = 200
# The best of them counts. Nobody becomes an operator, who rules all tenants, by somebody else's word.
_ROLES = (Role.ADMIN, Role.MEMBER, Role.VIEWER)


class OidcSettings(BaseModel):
    """Which issuer is believed, for whom its tokens must be, and which claims say what.

    A claim inside of others is named with dots: `realm_access.roles`. `default_role` is for tokens that name none of
    ours; without one these are refused.
    """

    model_config = ConfigDict(frozen=True)

    issuer: str
    audience: str
    jwks_url: str | None = None
    tenant_claim: str = "tenant_id"
    user_claim: str = "sub"
    role_claim: str = "roles"
    default_role: Role | None = None


class Issued(NamedTuple):
    """Who a token of the issuer is for, and until when."""

    identity: Identity
    expires_at: datetime


class IssuedTokens:
    """Verifies the tokens of one issuer."""

    def __init__(self, settings: OidcSettings, keys: IssuerKeys) -> None:
        self._settings = settings
        self._keys = keys

    async def verify(self, token: str) -> Identity | None:
        """Who this is; None for a token that does not hold. Raises ApiError 503 while the issuer has never answered."""
        issued = await self.read(token)
        return issued.identity if issued else None

    async def read(self, token: str) -> Issued | None:
        """The same, and when it ends."""
        try:
            header = jwt.get_unverified_header(token)
            key_id = header.get("kid")
            key = await self._keys.key(str(key_id) if key_id is not None else None)
            claims = self._claims(token, key) if key else None
        except jwt.PyJWTError:
            return None
        identity = self._identity(claims) if claims else None
        return Issued(identity, datetime.fromtimestamp(claims["exp"], UTC)) if claims and identity else None

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            issuer=self._settings.issuer,
            audience=self._settings.audience,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud"]},
        )
        return claims

    def _identity(self, claims: Mapping[str, Any]) -> Identity | None:
        role = self._role(claims)
        user = str(_claim(claims, self._settings.user_claim) or "")[:_MOST_CHARACTERS]
        try:
            tenant = UUID(str(_claim(claims, self._settings.tenant_claim)))
        except ValueError:
            return None
        return Identity(tenant_id=tenant, user=user, role=role) if user and role else None

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        told = _claim(claims, self._settings.role_claim)
        names = told if isinstance(told, list) else [told]
        return next((role for role in _ROLES if role.value in names), self._settings.default_role)


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its whole name, as namespaced ones are called, or step by step."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
