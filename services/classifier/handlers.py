"""Events in, one short transaction: every uploaded document becomes a job."""

from collections.abc import Sequence

from shared.db import Transaction, run_sql
from shared.events import BatchCancelRequested, BatchDeleted, DocumentCancelRequested, DocumentDeleted, DocumentUploaded
from shared.pairs import stop_pairs, take_in
from shared.tombstones import erase, erase_documents


async def on_document_uploaded(events: Sequence[DocumentUploaded], *, tx: Transaction) -> None:
    """The queue's key is the inbox: a repeated event finds its job already there."""
    await take_in(tx, events)


async def on_cancel_requested(events: Sequence[BatchCancelRequested], *, tx: Transaction) -> None:
    """Jobs end now. Where the batch is to be deleted nobody sees its pages any more."""
    await stop_pairs(events, tx=tx)
    deleting = [event.batch_id for event in events if event.deleting]
    await run_sql(tx, "DELETE FROM classifications WHERE batch_id = ANY($1::uuid[])", deleting)


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """All its pairs have ended before, so nothing here still runs."""
    await erase(tx, events, tables=("jobs", "flows", "classifications"))


async def on_document_cancel_requested(events: Sequence[DocumentCancelRequested], *, tx: Transaction) -> None:
    """The same for single documents."""
    await stop_pairs(events, tx=tx)
    deleting = [event.document_id for event in events if event.deleting]
    await run_sql(tx, "DELETE FROM classifications WHERE document_id = ANY($1::uuid[])", deleting)


async def on_document_deleted(events: Sequence[DocumentDeleted], *, tx: Transaction) -> None:
    """Its pair has ended before."""
    await erase_documents(tx, events, tables={"jobs": "subject", "classifications": "document_id"})
