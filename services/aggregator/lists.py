"""Reads lists of batches and documents: filtered, in order, in pages, with how many there are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Table, func, select

from services.aggregator.filters import BatchFilter, Condition, DocumentFilter, DocumentSelection
from services.aggregator.reading import shown
from services.aggregator.sorting import Sort
from services.aggregator.tables import batches, documents
from services.aggregator.views import BatchPage, DocumentPage, NextDocument, document_view
from shared.db import Transaction, rows
from shared.http import not_found

# Nobody reads further; counting a million rows would cost more than the list.
COUNTED_AT_MOST = 1000

# A search looks at the newest that match: nobody reads through more.
_FOUND_AT_MOST = 1000
_FIND = {
    batches: "SELECT batch_id FROM find_batches($1, $2, $3)",
    documents: "SELECT document_id FROM find_documents($1, $2, $3)",
}


async def list_batches(tx: Transaction, query: BatchFilter, *, tenant_id: UUID) -> BatchPage:
    """One page. Raises ApiError 422 for a cursor of another order."""
    wanted = query.conditions(tenant_id, await search(tx, batches, query.q, tenant_id=tenant_id))
    sort = Sort.of(query.sort, batches, "batch_id")
    page = sort.page(select(batches).where(*wanted), cursor=query.cursor, limit=query.limit)
    found = (await tx.execute(page)).all()
    return BatchPage(
        items=await shown(tx, found[: query.limit]),
        next_cursor=sort.cursor_after(found[query.limit - 1]) if len(found) > query.limit else None,
        total=await _count(tx, wanted),
    )


async def list_documents(
    tx: Transaction, query: DocumentFilter, *, tenant_id: UUID, batch_id: UUID | None = None
) -> DocumentPage:
    """Those of the tenant, or of one batch."""
    wanted = query.conditions(tenant_id, await search(tx, documents, query.q, tenant_id=tenant_id))
    if batch_id:
        wanted.append(documents.c.batch_id == batch_id)
    sort = Sort.of(query.sort, documents, "document_id")
    page = sort.page(select(documents).where(*wanted), cursor=query.cursor, limit=query.limit)
    found = (await tx.execute(page)).all()
    return DocumentPage(
        items=[document_view(row) for row in found[: query.limit]],
        next_cursor=sort.cursor_after(found[query.limit - 1]) if len(found) > query.limit else None,
        total=await _count(tx, wanted),
    )


async def document_after(
    tx: Transaction, document_id: UUID, query: DocumentSelection, *, tenant_id: UUID
) -> NextDocument:
    """What stands behind this document in the list, whether it is still in there itself or not. Raises ApiError 404."""
    sort = Sort.of(query.sort, documents, "document_id")
    here = (await tx.execute(select(documents).where(documents.c.document_id == document_id))).one_or_none()
    if here is None or here.position is None:
        raise not_found("document")
    matching = query.conditions(tenant_id, await search(tx, documents, query.q, tenant_id=tenant_id))
    wanted = [*matching, documents.c.document_id != document_id]
    page = sort.page(select(documents).where(*wanted), cursor=sort.cursor_after(here), limit=1)
    found = (await tx.execute(page)).first()
    return NextDocument(next=document_view(found) if found else None, total=await _count(tx, wanted))


async def search(
    tx: Transaction, table: Table, wanted: str | None, *, tenant_id: UUID, at_most: int = _FOUND_AT_MOST
) -> list[UUID]:
    """The ids of the newest batches or documents that match; once, for the page and for the count."""
    return [row[0] for row in await rows(tx, _FIND[table], tenant_id, wanted, at_most)] if wanted else []


async def _count(tx: Transaction, wanted: Sequence[Condition]) -> int:
    matching = select(1).where(*wanted).limit(COUNTED_AT_MOST + 1).subquery()
    return min(int((await tx.execute(select(func.count()).select_from(matching))).scalar_one()), COUNTED_AT_MOST)
