"""Searches names and errors, among what a list asks for besides."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import orjson

from services.aggregator.filters import BatchFilter, DocumentFilter
from shared.db import Transaction, rows

# Nobody reads further. A batch is found by one of its documents, which costs as much as many documents.
_FOUND_AT_MOST = {"search_documents": 1000, "search_batches": 500}
_IN_A_BATCH = 100_000  # more than a batch has


class Found(NamedTuple):
    """The ids of the newest that match; `cut` when there are more, or may be."""

    ids: Sequence[UUID] = ()
    cut: bool = False


async def search(
    tx: Transaction,
    query: BatchFilter | DocumentFilter,
    *,
    tenant_id: UUID,
    batch_id: UUID | None = None,
    at_most: int | None = None,
) -> Found:
    """What contains `q` or, when nothing does, what is much like it; nothing without a `q`. Documents may be those of one batch."""
    if not query.q:
        return Found()
    function = "search_batches" if isinstance(query, BatchFilter) else "search_documents"
    within = query.within() | ({"batch_id": str(batch_id)} if batch_id else {})
    at_most = _IN_A_BATCH if "batch_id" in within else at_most or _FOUND_AT_MOST[function]
    sql = f"SELECT ids, cut FROM {function}($1, $2, $3::text::jsonb, $4)"  # noqa: S608  # names from code
    (found,) = await rows(tx, sql, tenant_id, query.q, orjson.dumps(within).decode(), at_most)
    return Found(found.ids, found.cut)
