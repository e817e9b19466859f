"""Dead letters over HTTP, the same in every service, each under its own name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from shared.auth import Admin
from shared.dead_letters import DeadLetter, DeadLetters, Fate, OpenedLetter, Verdicts
from shared.http import not_found
from shared.paging import Cursor


class LetterPage(BaseModel):
    items: list[DeadLetter]
    next_cursor: str | None


class Letters(BaseModel):
    """Which letters; all that wait when `ids` is left out. Nothing is changed unless `dry_run` is false."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1_000)
    dry_run: bool = True


def router(service: str, letters: DeadLetters) -> APIRouter:
    routes = APIRouter(prefix=f"/api/dead-letters/{service}", tags=["dead letters"])

    @routes.get("", operation_id=f"list_dead_letters_{service}")
    async def list_letters(
        caller: Admin,
        *,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: str | None = None,
        fate: Fate | None = None,
    ) -> LetterPage:
        """Messages that nobody could take, newest first. Admins see their tenant's, operators all."""
        place = Cursor.read(cursor) if cursor else None
        found = await letters.page(caller, limit=limit + 1, cursor=place, fate=fate)
        last = found[limit - 1] if len(found) > limit else None
        return LetterPage(items=found[:limit], next_cursor=str(Cursor(last.created_at, last.id)) if last else None)

    @routes.get("/{letter_id}", operation_id=f"get_dead_letter_{service}")
    async def get_letter(letter_id: UUID, caller: Admin) -> OpenedLetter:
        """One message with what is in it."""
        found = await letters.open(caller, letter_id)
        if found is None:
            raise not_found("dead letter")
        return found

    @routes.post("/redrive", operation_id=f"redrive_dead_letters_{service}")
    async def redrive(wanted: Letters, caller: Admin) -> Verdicts:
        """Try messages again, each in a transaction of its own."""
        return await letters.redrive(caller, wanted.ids, dry_run=wanted.dry_run)

    @routes.post("/drop", operation_id=f"drop_dead_letters_{service}")
    async def drop(wanted: Letters, caller: Admin) -> Verdicts:
        """Give messages up."""
        return await letters.drop(caller, wanted.ids, dry_run=wanted.dry_run)

    return routes
