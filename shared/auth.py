"""Who asks: a bearer token or a session cookie, verified by ingest, which owns them, and remembered for seconds."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol
from uuid import UUID

import httpx2
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from shared.http import ApiError
from shared.session_cookie import COOKIE, READS, from_own_page
from shared.vocabulary import Role

_REMEMBERED_SECONDS = 3.0  # a revoked token stops working everywhere within this time
_REMEMBERED_TOKENS = 10_000


class Identity(BaseModel):
    """A user of a tenant, as a token says; `address` is where the request came from, told to nobody but the audit log."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tenant_id: UUID
    user: str
    role: str
    address: str | None = Field(default=None, exclude=True)


class Verifier(Protocol):
    """Tells whose token this is; None when it is unknown, expired or revoked."""

    async def verify(self, token: str) -> Identity | None: ...


def token_hash(token: str) -> str:
    """Tokens are long and random, so one round of SHA-256 is enough; only this is ever stored."""
    return hashlib.sha256(token.encode()).hexdigest()


class RemoteVerifier:
    """Asks ingest, and remembers the answer for three seconds."""

    def __init__(self, ingest: httpx2.AsyncClient) -> None:
        self._ingest = ingest
        self._known: dict[str, tuple[float, Identity | None]] = {}

    async def verify(self, token: str) -> Identity | None:
        """Raises ApiError 503 while ingest is away."""
        key = token_hash(token)
        known = self._known.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            answer = await self._ingest.post("/internal/tokens/verify", json={"token": token})
            if answer.status_code >= 500:  # no verdict: ingest cannot reach its own tables
                answer.raise_for_status()
        except httpx2.HTTPError as error:
            raise ApiError(
                503, "identity_unavailable", "Tokens cannot be verified right now.", retryable=True
            ) from error
        identity = Identity.model_validate(answer.json()) if answer.status_code == 200 else None
        if len(self._known) >= _REMEMBERED_TOKENS:
            self._known.clear()
        self._known[key] = (time.monotonic() + _REMEMBERED_SECONDS, identity)
        return identity


_bearer = HTTPBearer(auto_error=False, description="A token of your tenant, ours (`igt_…`) or your issuer's")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="What the web page has after signing in.")


async def _credential(request: Request, bearer: Bearer, cookie: Annotated[str | None, Depends(_cookie)]) -> str:
    if bearer is not None:
        return bearer.credentials
    if cookie and from_own_page(request.method, request.headers):
        return cookie
    raise ApiError(401, "unauthenticated", "Send a bearer token: Authorization: Bearer <token>.")


Credential = Annotated[str, Depends(_credential)]


async def _anyone(request: Request, credential: Credential) -> Identity:
    verifier: Verifier = request.app.state.verifier
    identity = await verifier.verify(credential)
    if identity is None:
        raise ApiError(401, "invalid_token", "This token is unknown, expired or revoked.")
    return identity.model_copy(update={"address": address_of(request)})


def address_of(request: Request) -> str | None:
    """As the door tells it; behind no door, the other end of the connection."""
    told = request.headers.get("x-forwarded-for", "").partition(",")[0].strip()[:100]
    return told or (request.client.host if request.client else None)


Anyone = Annotated[Identity, Depends(_anyone)]


async def _caller(request: Request, identity: Anyone) -> Identity:
    if identity.role == Role.VIEWER and request.method not in READS:
        raise ApiError(403, "forbidden", "This token may only read: its role is viewer.")
    return identity


def _one_of(*roles: Role) -> Callable[[Identity], Awaitable[Identity]]:
    async def caller_with_role(caller: Annotated[Identity, Depends(_caller)]) -> Identity:
        if caller.role not in roles:
            raise ApiError(403, "forbidden", f"This needs the role {roles[0]}; this token's role is {caller.role}.")
        return caller

    return caller_with_role


Caller = Annotated[Identity, Depends(_caller)]
Admin = Annotated[Identity, Depends(_one_of(Role.ADMIN, Role.OPERATOR))]
Operator = Annotated[Identity, Depends(_one_of(Role.OPERATOR))]
