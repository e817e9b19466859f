"""Many steering acts in one request: each decided on its own, in a transaction of its own, with a verdict of its own."""

from collections.abc import Awaitable, Callable
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.ingest.admission import admit
from services.ingest.batch_changes import BatchChange, change_batch
from services.ingest.document_steering import batch_of, cancel_document, delete_document
from services.ingest.open_batches import cancel_open_batch
from services.ingest.retries import Otherwise, RetryWish, retry_batch
from services.ingest.steering import cancel_batch, delete_batch
from shared.auth import Identity
from shared.db import Database
from shared.http import ApiError
from shared.vocabulary import Priority

MOST_AT_ONCE = 500

Act = Callable[[UUID], Awaitable[None]]


class _Bulk(Otherwise):
    ids: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)
    action: str

    @model_validator(mode="after")
    def _otherwise_is_for_reading_again(self) -> Self:
        if self.otherwise and self.action != "retry":
            raise ValueError("prompt, json_schema, strategy: only for the action retry")
        return self

    def retry(self, document_ids: list[UUID] | None = None) -> RetryWish:
        return RetryWish(**self.model_dump(include=set(Otherwise.model_fields)), document_ids=document_ids)


class BulkOfBatches(_Bulk):
    """One act on many batches. `rename` needs a name, `priority` a priority."""

    action: Literal["cancel", "retry", "delete", "rename", "priority"]
    name: str | None = Field(default=None, min_length=1, max_length=200)
    priority: Priority | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if (self.name is not None) != (self.action == "rename"):
            raise ValueError("name: exactly for the action rename")
        if (self.priority is not None) != (self.action == "priority"):
            raise ValueError("priority: exactly for the action priority")
        return self


class BulkOfDocuments(_Bulk):
    """One act on many documents."""

    action: Literal["cancel", "retry", "delete"]


class ItemVerdict(BaseModel):
    """What became of one item: done, or refused with the code and the detail a single request would have been given."""

    id: UUID
    done: bool
    code: str | None = None
    detail: str | None = None


class BulkVerdict(BaseModel):
    """A verdict for every item, in the order of the ids."""

    done: int
    refused: int
    items: list[ItemVerdict]


class Steering:
    """Does what was asked, item by item."""

    def __init__(self, *, db: Database, api_db: Database, upgrade_hint: str) -> None:
        self._db = db
        self._api_db = api_db
        self._hint = upgrade_hint

    async def batches(self, bulk: BulkOfBatches, caller: Identity, *, continued: bool) -> BulkVerdict:
        """What a single request would be refused for is a verdict of its item; what is away is raised.

        Raises ApiError 402 and 429 as a single retry, but not when `continued`: a request takes one turn.
        """
        await self._admit(bulk, caller, continued=continued)

        async def act(batch_id: UUID) -> None:
            if bulk.action == "delete":
                await self._delete_batch(batch_id, caller)
                return
            async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
                match bulk.action:
                    case "cancel":
                        await cancel_batch(tx, batch_id, caller)
                    case "retry":
                        await retry_batch(tx, batch_id, bulk.retry(), caller, upgrade_hint=self._hint)
                    case _:
                        await change_batch(tx, batch_id, BatchChange(name=bulk.name, priority=bulk.priority), caller)

        return await _each(bulk.ids, act)

    async def documents(self, bulk: BulkOfDocuments, caller: Identity, *, continued: bool) -> BulkVerdict:
        """As `batches`."""
        await self._admit(bulk, caller, continued=continued)

        async def act(document_id: UUID) -> None:
            if bulk.action == "delete":
                async with self._db.transaction() as tx:
                    await delete_document(tx, document_id, caller)
                return
            async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
                if bulk.action == "cancel":
                    await cancel_document(tx, document_id, caller)
                else:
                    batch_id, wish = await batch_of(tx, document_id, caller), bulk.retry([document_id])
                    await retry_batch(tx, batch_id, wish, caller, upgrade_hint=self._hint)

        return await _each(bulk.ids, act)

    async def _admit(self, bulk: _Bulk, caller: Identity, *, continued: bool) -> None:
        if bulk.action == "retry" and not continued:
            await admit(self._api_db, caller, action="retry", upgrade_hint=self._hint)

    async def _delete_batch(self, batch_id: UUID, caller: Identity) -> None:
        async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
            if await cancel_open_batch(tx, batch_id, caller):
                return
        async with self._db.transaction() as tx:
            await delete_batch(tx, batch_id, caller)


async def _each(ids: list[UUID], act: Act) -> BulkVerdict:
    items = []
    for id_ in dict.fromkeys(ids):
        try:
            await act(id_)
            items.append(ItemVerdict(id=id_, done=True))
        except ApiError as refused:
            items.append(ItemVerdict(id=id_, done=False, code=refused.code, detail=refused.detail))
    done = sum(item.done for item in items)
    return BulkVerdict(done=done, refused=len(items) - done, items=items)
