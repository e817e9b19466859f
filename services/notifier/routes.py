"""Notices over HTTP, newest first."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from shared.auth import Caller
from shared.db import Database, rows
from shared.paging import Cursor

_LATEST = datetime.max.replace(tzinfo=UTC)


class Notice(BaseModel):
    """What finished, in one line; `kind` is the type of the event it tells of.

    `batch_id` is that event's: of an export of several batches or of a selection, the export's own id.
    """

    id: UUID
    kind: str
    batch_id: UUID
    text: str
    created_at: datetime


class NoticePage(BaseModel):
    items: list[Notice]
    next_cursor: str | None


def router(api_db: Database) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/notices", tags=["notices"])
    async def list_notices(
        caller: Caller, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: str | None = None
    ) -> NoticePage:
        """What finished lately, newest first."""
        place = Cursor.read(cursor) if cursor else Cursor(_LATEST, UUID(int=0))
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await rows(
                tx,
                "SELECT notice_id AS id, kind, batch_id, text, created_at FROM notices"
                " WHERE (created_at, notice_id) < ($1, $2) ORDER BY created_at DESC, notice_id DESC LIMIT $3",
                place.created_at,
                place.id,
                limit + 1,
            )
        items = [Notice.model_validate(row, from_attributes=True) for row in found[:limit]]
        more = len(found) > limit
        return NoticePage(items=items, next_cursor=str(Cursor(items[-1].created_at, items[-1].id)) if more else None)

    return routes
