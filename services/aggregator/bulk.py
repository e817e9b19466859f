"""Bulk steering: which batches or documents a filter means is known here, what may be done with each is decided by ingest."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self
from uuid import UUID

import httpx2
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Table, select

from services.aggregator.filters import BatchFilter, DocumentSelection
from services.aggregator.search import search
from services.aggregator.tables import batches, documents
from shared.auth import Identity
from shared.db import Database
from shared.http import ApiError
from shared.results import JsonObject
from shared.vocabulary import Priority, Strategy

MOST = 5_000
_AT_ONCE = 100  # a request to ingest
_PATIENCE = 120.0  # seconds for each of them
_REFUSED = {402, 422, 429}  # as a whole, before anything was done

Ids = Annotated[list[UUID] | None, Field(min_length=1, max_length=MOST)]


class _Bulk(BaseModel):
    """Exactly one of `ids` and `filter`; with `dry_run` it only says how many are meant.

    A `prompt`, a `json_schema` or a `strategy` makes the action `retry` a re-run: completed documents are read again too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: Ids = None
    dry_run: bool = False
    prompt: str | None = Field(default=None, min_length=1, max_length=8_000, description="Of the action retry.")
    json_schema: JsonObject | None = Field(default=None, description="Of the action retry.")
    strategy: Strategy | None = Field(default=None, description="Of the action retry.")

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if (self.ids is None) == (getattr(self, "filter", None) is None):
            raise ValueError("give either ids or a filter")
        return self


class BulkOfBatches(_Bulk):
    """One act on many batches: those named, or all that the filter of the list means."""

    action: Literal["cancel", "retry", "delete", "rename", "priority"]
    filter: BatchFilter | None = None
    name: str | None = Field(default=None, min_length=1, max_length=200, description="Of the action rename.")
    priority: Priority | None = Field(default=None, description="Of the action priority.")


class BulkOfDocuments(_Bulk):
    """One act on many documents: those named, or all that the filter of the list means."""

    action: Literal["cancel", "retry", "delete"]
    filter: DocumentSelection | None = None


class ItemVerdict(BaseModel):
    """What became of one item: done, or refused with the code and the detail a single request would have been given."""

    id: UUID
    done: bool
    code: str | None = None
    detail: str | None = None


class BulkVerdict(BaseModel):
    """How many were meant, and a verdict for each; a dry run has none."""

    matched: int
    done: int
    refused: int
    items: list[ItemVerdict]


class BulkSteering:
    """Finds out what is meant, and has ingest do it under the caller's own token."""

    def __init__(self, ingest: httpx2.AsyncClient, *, api_db: Database) -> None:
        self._ingest = ingest
        self._db = api_db

    async def steer(self, bulk: BulkOfBatches | BulkOfDocuments, caller: Identity, *, credential: str) -> BulkVerdict:
        """Raises ApiError 422 for a filter that means more than 5,000, 402 and 429 as a single retry."""
        of_batches = isinstance(bulk, BulkOfBatches)
        ids = bulk.ids or await self._matching(bulk, caller)
        items: list[ItemVerdict] = []
        for first in range(0, 0 if bulk.dry_run else len(ids), _AT_ONCE):
            some = ids[first : first + _AT_ONCE]
            wish = bulk.model_dump(mode="json", exclude={"ids", "filter", "dry_run"}, exclude_none=True)
            wish["ids"] = [str(id_) for id_ in some]
            what = "batches" if of_batches else "documents"
            items += await self._ask(what, wish, some, credential, continued=first > 0)
        done = sum(item.done for item in items)
        return BulkVerdict(matched=len(ids), done=done, refused=len(items) - done, items=items)

    async def _matching(self, bulk: BulkOfBatches | BulkOfDocuments, caller: Identity) -> list[UUID]:
        assert bulk.filter is not None
        table, name = _WHERE[type(bulk)]
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            found = await search(tx, bulk.filter, tenant_id=caller.tenant_id, at_most=MOST)
            if found.cut:
                raise _too_many()
            wanted = bulk.filter.conditions(caller.tenant_id, found.ids)
            meant = await tx.execute(select(table.c[name]).where(*wanted).order_by(table.c[name]).limit(MOST + 1))
            ids = list(meant.scalars())
        if len(ids) > MOST:
            raise _too_many()
        return ids

    async def _ask(
        self, what: str, wish: JsonObject, ids: Sequence[UUID], credential: str, *, continued: bool
    ) -> list[ItemVerdict]:
        try:
            answer = await self._ingest.post(
                f"/internal/bulk/{what}",
                params={"continued": continued},
                json=wish,
                headers={"authorization": f"Bearer {credential}"},
                timeout=_PATIENCE,
            )
        except httpx2.TransportError:
            return [_unknown(id_) for id_ in ids]
        if answer.status_code in _REFUSED and not continued:
            raise _as_refused(answer)
        if answer.status_code != 200:
            return [_unknown(id_) for id_ in ids]
        return [ItemVerdict.model_validate(item) for item in answer.json()["items"]]


_WHERE: dict[type[_Bulk], tuple[Table, str]] = {
    BulkOfBatches: (batches, "batch_id"),
    BulkOfDocuments: (documents, "document_id"),
}


def _unknown(id_: UUID) -> ItemVerdict:
    detail = "No answer came. Ask again: what is done already stays so."
    return ItemVerdict(id=id_, done=False, code="no_answer", detail=detail)


def _as_refused(answer: httpx2.Response) -> ApiError:
    problem, wait = answer.json(), answer.headers.get("retry-after")
    return ApiError(
        answer.status_code,
        problem["code"],
        problem["detail"],
        retryable=problem["retryable"],
        retry_after=int(wait) if wait else None,
    )


def _too_many() -> ApiError:
    return ApiError(422, "too_many", f"More than {MOST} match. Narrow the filter.")
