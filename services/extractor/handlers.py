"""Events in, one short transaction: every classified document becomes a job."""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Transaction, rows, run_sql
from shared.events import (
    BatchCancelRequested,
    BatchDeleted,
    DocumentCancelRequested,
    DocumentClassified,
    DocumentDeleted,
    decode,
)
from shared.outbox import publish
from shared.pairs import stop_pairs, take_in
from shared.tombstones import erase, erase_documents


async def on_document_classified(events: Sequence[DocumentClassified], *, tx: Transaction) -> None:
    """The queue's key is the inbox: a repeated event finds its job already there. Asked again, reviews are repeated too."""
    await take_in(tx, events)
    await _repeat_reviews(tx, [event.document_id for event in events if event.reask])


async def on_cancel_requested(events: Sequence[BatchCancelRequested], *, tx: Transaction) -> None:
    """Jobs end now. Where the batch is to be deleted its results go at once too: nothing can add to them any more."""
    await stop_pairs(events, tx=tx)
    deleting = [event.batch_id for event in events if event.deleting]
    for table in ("extractions", "window_answers"):
        await run_sql(tx, f"DELETE FROM {table} WHERE batch_id = ANY($1::uuid[])", deleting)  # noqa: S608  # names from code


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """All its pairs have ended before, so nothing here still runs."""
    await erase(tx, events, tables=("jobs", "flows", "extractions", "window_answers"))


async def on_document_cancel_requested(events: Sequence[DocumentCancelRequested], *, tx: Transaction) -> None:
    """The same for single documents."""
    await stop_pairs(events, tx=tx)
    deleting = [event.document_id for event in events if event.deleting]
    await run_sql(tx, "DELETE FROM extractions WHERE document_id = ANY($1::uuid[])", deleting)


async def on_document_deleted(events: Sequence[DocumentDeleted], *, tx: Transaction) -> None:
    """Its pair has ended before."""
    await erase_documents(tx, events, tables={"jobs": "subject", "extractions": "document_id"})


async def _repeat_reviews(tx: Transaction, documents: Sequence[UUID]) -> None:
    """The newest of each document goes before all others, so it is enough."""
    if not documents:
        return
    newest = await rows(
        tx,
        "SELECT DISTINCT ON (tenant_id, document_id) told FROM extractions WHERE document_id = ANY($1::uuid[])"
        " AND told IS NOT NULL ORDER BY tenant_id, document_id, generation DESC, version DESC",
        list(documents),
    )
    await publish(tx, [decode(bytes(row.told)) for row in newest])
