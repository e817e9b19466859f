"""Reads lists of batches and documents: filtered, in order, in pages, with how many there are."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import FromClause, Table, func, select

from services.aggregator.filters import BatchFilter, Condition, DocumentFilter, DocumentSelection
from services.aggregator.reading import shown
from services.aggregator.search import search
from services.aggregator.sorting import Sort
from services.aggregator.tables import batches, documents
from services.aggregator.views import BatchPage, DocumentPage, NextDocument, document_view
from shared.db import Transaction
from shared.http import not_found

# Nobody reads further; counting a million rows would cost more than the list.
COUNTED_AT_MOST = 1000


async def list_batches(tx: Transaction, query: BatchFilter, *, tenant_id: UUID) -> BatchPage:
    """One page. Raises ApiError 422 for a cursor of another order."""
    found = await search(tx, query, tenant_id=tenant_id)
    page = await _page(tx, batches, query.conditions(tenant_id, found.ids), query)
    return BatchPage(
        items=await shown(tx, page.rows), next_cursor=page.next_cursor, total=page.total, search_cut=found.cut
    )


async def list_documents(
    tx: Transaction, query: DocumentFilter, *, tenant_id: UUID, batch_id: UUID | None = None
) -> DocumentPage:
    """Those of the tenant, or of one batch."""
    found = await search(tx, query, tenant_id=tenant_id, batch_id=batch_id)
    wanted = query.conditions(tenant_id, found.ids)
    if batch_id:
        wanted.append(documents.c.batch_id == batch_id)
    page = await _page(tx, documents, wanted, query)
    items = list(map(document_view, page.rows))
    return DocumentPage(items=items, next_cursor=page.next_cursor, total=page.total, search_cut=found.cut)


async def document_after(
    tx: Transaction, document_id: UUID, query: DocumentSelection, *, tenant_id: UUID
) -> NextDocument:
    """What stands behind this document in the list, whether it is still in there itself or not. Raises ApiError 404."""
    sort = Sort.of(query.sort, documents)
    here = (await tx.execute(select(documents).where(documents.c.document_id == document_id))).one_or_none()
    if here is None or here.position is None:
        raise not_found("document")
    found = await search(tx, query, tenant_id=tenant_id)
    wanted = [*query.conditions(tenant_id, found.ids), documents.c.document_id != document_id]
    after = query.model_copy(update={"cursor": sort.cursor_after(here), "limit": 1})
    page = await _page(tx, documents, wanted, after)
    following = document_view(page.rows[0]) if page.rows else None
    return NextDocument(next=following, total=page.total, search_cut=found.cut)


class _Page(NamedTuple):
    rows: Sequence[Any]
    next_cursor: str | None
    total: int


async def _page(
    tx: Transaction, table: Table, wanted: Sequence[Condition], query: BatchFilter | DocumentFilter
) -> _Page:
    """The rows of a page, and how many there are in all. What was searched for is looked up once, for both."""
    listed: FromClause = table
    asked = select(table, *([func.count().over().label("total")] if query.q else [])).where(*wanted)
    if query.q and query.cursor:  # what stands before the cursor counts too
        listed = asked.subquery()
        asked = select(listed)
    sort = Sort.of(query.sort, listed)
    rows = (await tx.execute(sort.page(asked, cursor=query.cursor, limit=query.limit))).all()
    return _Page(
        rows=rows[: query.limit],
        next_cursor=sort.cursor_after(rows[query.limit - 1]) if len(rows) > query.limit else None,
        total=min(rows[0].total, COUNTED_AT_MOST) if rows and query.q else await _count(tx, wanted),
    )


async def _count(tx: Transaction, wanted: Sequence[Condition]) -> int:
    matching = select(1).where(*wanted).limit(COUNTED_AT_MOST + 1).subquery()
    return min(int((await tx.execute(select(func.count()).select_from(matching))).scalar_one()), COUNTED_AT_MOST)
