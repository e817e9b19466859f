"""Reads lists of batches and documents: filtered, in order, in pages, with how many there are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.aggregator.filters import BatchFilter, Condition, DocumentFilter
from services.aggregator.reading import shown
from services.aggregator.sorting import Sort
from services.aggregator.tables import batches, documents
from services.aggregator.views import BatchPage, DocumentPage, document_view
from shared.db import Transaction

# Nobody reads further; counting a million rows would cost more than the list.
COUNTED_AT_MOST = 1000


async def list_batches(tx: Transaction, query: BatchFilter, *, tenant_id: UUID) -> BatchPage:
    wanted = query.conditions(tenant_id)
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
    wanted = query.conditions(tenant_id)
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


async def _count(tx: Transaction, wanted: Sequence[Condition]) -> int:
    matching = select(1).where(*wanted).limit(COUNTED_AT_MOST + 1).subquery()
    return min(int((await tx.execute(select(func.count()).select_from(matching))).scalar_one()), COUNTED_AT_MOST)
