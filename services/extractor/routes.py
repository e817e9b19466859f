"""The extractor over HTTP: results, each document's newest version."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.extractor.result_views import DocumentResult, ResultPage, read_result
from shared.auth import Caller
from shared.db import Database, Transaction, rows
from shared.http import not_found
from shared.storage import Storage

_NEWEST = """
SELECT DISTINCT ON (document_id) document_id, batch_id, generation, version, file_name, custom_id, document_type, pages,
  needs_review, result, result_key
FROM extractions
"""


def router(*, api_db: Database, storage: Storage) -> APIRouter:
    routes = APIRouter(prefix="/api/results", tags=["results"])

    @routes.get("")
    async def list_results(
        caller: Caller, batch_id: UUID, cursor: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> ResultPage:
        """The results of a batch so far, in the order of document ids."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await _newest(tx, batch_id, after=cursor, limit=limit + 1)
        items = [await read_result(row, storage) for row in found[:limit]]
        return ResultPage(items=items, next_cursor=str(items[-1].document_id) if len(found) > limit else None)

    @routes.get("/{document_id}")
    async def get_result(document_id: UUID, caller: Caller) -> DocumentResult:
        """The newest result of one document."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await rows(
                tx, _NEWEST + "WHERE document_id = $1 ORDER BY document_id, generation DESC, version DESC", document_id
            )
        if not found:
            raise not_found("result")
        return await read_result(found[0], storage)

    return routes


async def _newest(tx: Transaction, batch_id: UUID, *, after: UUID | None, limit: int) -> Any:
    return await rows(
        tx,
        _NEWEST
        + "WHERE batch_id = $1 AND ($2::uuid IS NULL OR document_id > $2)"
        + " ORDER BY document_id, generation DESC, version DESC LIMIT $3",
        batch_id,
        after,
        limit,
    )
