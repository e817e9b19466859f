"""Many steering acts in one request: each decided on its own, in a transaction of its own, with a verdict of its own."""

from collections.abc import Awaitable, Callable
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.ingest.batch_changes import BatchChange, change_batch
from services.ingest.document_steering import batch_of, cancel_document, delete_document
from services.ingest.open_batches import cancel_open_batch
from services.ingest.retries import RetryWish, retry_batch
from services.ingest.steering import cancel_batch, delete_batch
from shared.auth import Identity
from shared.db import Database, Transaction
from shared.http import ApiError
from shared.vocabulary import Priority

MOST_AT_ONCE = 500

Act = Callable[[UUID], Awaitable[None]]


class _Bulk(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)


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

    async def batches(self, bulk: BulkOfBatches, caller: Identity) -> BulkVerdict:
        """What a single request would be refused for is a verdict of its item; what is away is raised."""

        async def act(batch_id: UUID) -> None:
            if bulk.action == "delete":
                await self._delete_batch(batch_id, caller)
                return
            async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
                match bulk.action:
                    case "cancel":
                        await cancel_batch(tx, batch_id, caller)
                    case "retry":
                        await retry_batch(tx, batch_id, RetryWish(), caller, upgrade_hint=self._hint)
                    case _:
                        await change_batch(tx, batch_id, BatchChange(name=bulk.name, priority=bulk.priority), caller)

        return await _each(bulk.ids, act)

    async def documents(self, bulk: BulkOfDocuments, caller: Identity) -> BulkVerdict:
        """As `batches`."""

        async def act(document_id: UUID) -> None:
            if bulk.action == "delete":
                async with self._db.transaction() as tx:
                    await delete_document(tx, document_id, caller)
                return
            async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
                if bulk.action == "cancel":
                    await cancel_document(tx, document_id, caller)
                else:
                    await self._retry(tx, document_id, caller)

        return await _each(bulk.ids, act)

    async def _retry(self, tx: Transaction, document_id: UUID, caller: Identity) -> None:
        wish = RetryWish(document_ids=[document_id])
        await retry_batch(tx, await batch_of(tx, document_id, caller), wish, caller, upgrade_hint=self._hint)

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
