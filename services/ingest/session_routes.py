"""Signing in to the web page: a one-time link or a token becomes a cookie that no script can read."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.oidc import Issued
from services.ingest.sessions import (
    NewSession,
    end_session,
    identity_of_session,
    new_code,
    session_of_code,
    session_of_issued,
    session_of_token,
)
from services.ingest.verifying import TokenTable
from shared.audit import record
from shared.auth import Anyone, Bearer, Identity, address_of
from shared.db import Database, Transaction
from shared.http import ApiError
from shared.session_cookie import COOKIE, from_own_page


class SignIn(BaseModel):
    """The code of a sign-in link; without one the bearer token of the request signs in."""

    model_config = ConfigDict(extra="forbid")

    code: str | None = Field(default=None, max_length=200)


class SignedIn(BaseModel):
    """The session itself is in the cookie, and nowhere else."""

    tenant_id: UUID
    expires_at: datetime


class SignInLink(BaseModel):
    """Good for one use. The path is of the web page's address."""

    path: str
    expires_at: datetime


def session_router(*, db: Database, tokens: TokenTable) -> APIRouter:
    """The routes work on the worker's database role: who signs in has no tenant yet."""
    routes = APIRouter(tags=["session"])

    @routes.get("/api/session")
    async def get_session(caller: Anyone) -> Identity:
        """Who asks."""
        return caller

    @routes.post("/api/session", status_code=201)
    async def sign_in(request: Request, response: Response, wish: SignIn, bearer: Bearer) -> SignedIn:
        """Turn the code of a sign-in link, or the bearer token of this request, into a session cookie."""
        if not from_own_page(request.method, request.headers) and bearer is None:
            raise ApiError(403, "foreign_page", "Sign in from the page of this IngestIO itself.")
        session = await _new_session(db, tokens, request, code=wish.code, token=bearer.credentials if bearer else None)
        if session is None:
            raise ApiError(401, "invalid_sign_in", "This link or token is unknown, was used, or is too old.")
        _set_cookie(request, response, session)
        return SignedIn(tenant_id=session.tenant_id, expires_at=session.expires_at)

    @routes.delete("/api/session", status_code=204)
    async def sign_out(request: Request, response: Response, caller: Anyone) -> None:
        """End the session of the cookie."""
        async with db.transaction() as tx:
            if await end_session(tx, request.cookies.get(COOKIE, "")):
                await record(tx, caller, "session.end", None, {})
        response.delete_cookie(COOKIE, path="/api", httponly=True, samesite="strict")

    @routes.post("/api/session/links", status_code=201)
    async def create_sign_in_link(caller: Anyone, bearer: Bearer) -> SignInLink:
        """A link that signs a browser in as the user of this token; a session makes no further ones."""
        return await _new_link(db, caller, token=bearer.credentials if bearer else "")

    @routes.get("/sign-in", status_code=303, response_class=RedirectResponse)
    async def follow_sign_in_link(
        request: Request, code: Annotated[str, Query(max_length=200)] = ""
    ) -> RedirectResponse:
        """Where the sign-in link leads: to the page, with the cookie; or to `/?sign-in=failed`."""
        own = from_own_page(request.method, request.headers)
        session = await _new_session(db, tokens, request, code=code, token=None) if own else None
        answer = RedirectResponse("/" if session else "/?sign-in=failed", status_code=303)
        answer.headers.update({"cache-control": "no-store", "referrer-policy": "no-referrer"})
        if session:
            _set_cookie(request, answer, session)
        return answer

    return routes


async def _new_link(db: Database, caller: Identity, *, token: str) -> SignInLink:
    async with db.transaction() as tx:
        made = await new_code(tx, token)
        if made is None:
            raise ApiError(403, "token_needed", "Only a token of your own makes a sign-in link.")
        await record(tx, caller, "session.link", None, {})
    return SignInLink(path=f"/sign-in?code={made.code}", expires_at=made.expires_at)


async def _new_session(
    db: Database, tokens: TokenTable, request: Request, *, code: str | None, token: str | None
) -> NewSession | None:
    issued = await tokens.issued(token) if token and code is None else None
    async with db.transaction() as tx:
        session = await _open(tx, code=code, token=token, issued=issued)
        whose = await identity_of_session(tx, session.secret) if session else None
        if whose:
            by = "link" if code is not None else "token"
            caller = whose.model_copy(update={"address": address_of(request)})
            await record(tx, caller, "session.start", None, {"by": by})
    return session


async def _open(tx: Transaction, *, code: str | None, token: str | None, issued: Issued | None) -> NewSession | None:
    if code is not None:
        return await session_of_code(tx, code)
    if issued:
        return await session_of_issued(tx, issued)
    return await session_of_token(tx, token) if token else None


def _set_cookie(request: Request, response: Response, session: NewSession) -> None:
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    response.set_cookie(
        COOKIE,
        session.secret,
        max_age=int((session.expires_at - datetime.now(UTC)).total_seconds()),
        path="/api",
        secure=secure,
        httponly=True,
        samesite="strict",
    )
    response.headers["cache-control"] = "no-store"
