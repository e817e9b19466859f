"""Notices over HTTP, newest first."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from shared.auth import Caller
from shared.db import Database, rows


class Notice(BaseModel):
    """What finished, in one line; `kind` is the type of the event it tells of."""

    id: UUID
    kind: str
    batch_id: UUID
    text: str
    created_at: datetime


class Notices(BaseModel):
    """A page of notices. `next_before` asks for the older ones; null at the end."""

    items: list[Notice]
    next_before: datetime | None


def router(api_db: Database) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/notices", tags=["notices"])
    async def list_notices(
        caller: Caller,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[datetime | None, Query(description="Only notices older than this.")] = None,
    ) -> Notices:
        """What finished lately, newest first."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await rows(
                tx,
                "SELECT notice_id, kind, batch_id, text, created_at FROM notices"
                " WHERE $1::timestamptz IS NULL OR created_at < $1 ORDER BY created_at DESC LIMIT $2",
                before,
                limit,
            )
        items = [
            Notice(id=row.notice_id, kind=row.kind, batch_id=row.batch_id, text=row.text, created_at=row.created_at)
            for row in found
        ]
        return Notices(items=items, next_before=items[-1].created_at if len(items) == limit else None)

    return routes
