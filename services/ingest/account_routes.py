"""A tenant's own account over HTTP: its usage, and its tokens."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ingest.tokens import NewToken, Token, add_token, list_tokens, revoke_token
from services.ingest.usage import Usage, usage_of
from shared.audit import record
from shared.auth import Admin, Caller
from shared.db import Database
from shared.http import not_found
from shared.vocabulary import Role


class TokenWish(BaseModel):
    """A token for a user of the own tenant."""

    model_config = ConfigDict(extra="forbid")

    user: str = Field(min_length=1, max_length=200)
    role: Literal["viewer", "member", "admin"] = "member"
    expires_in_days: int = Field(default=90, ge=1, le=366)


class Tokens(BaseModel):
    items: list[Token]


def account_router(*, api_db: Database) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/usage", tags=["account"])
    async def get_usage(caller: Caller) -> Usage:
        """The plan and the pages of this month and the months before."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return await usage_of(tx, caller.tenant_id)

    @routes.get("/api/tokens", tags=["account"])
    async def get_tokens(caller: Admin) -> Tokens:
        """The tenant's tokens, without their secrets."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return Tokens(items=await list_tokens(tx, caller.tenant_id))

    @routes.post("/api/tokens", status_code=201, tags=["account"])
    async def create_token(wish: TokenWish, caller: Admin) -> NewToken:
        """Make a token. Its secret is in this answer and nowhere else."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            token = await add_token(
                tx,
                caller.tenant_id,
                user=wish.user,
                role=Role(wish.role),
                lifetime=timedelta(days=wish.expires_in_days),
                created_by=caller.user,
            )
            about = {"token_id": str(token.id), "user": token.user, "role": token.role}
            await record(tx, caller, "token.create", None, about)
        return token

    @routes.delete("/api/tokens/{token_id}", status_code=204, tags=["account"])
    async def delete_token(token_id: UUID, caller: Admin) -> None:
        """Revoke a token: within seconds it works nowhere any more."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            if not await revoke_token(tx, caller.tenant_id, token_id):
                raise not_found("token")
            await record(tx, caller, "token.revoke", None, {"token_id": str(token_id)})

    return routes
