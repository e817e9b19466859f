"""Events in, one short transaction: every uploaded document becomes a job."""

from collections.abc import Sequence

from shared.db import Transaction
from shared.events import BatchDeleted, DocumentUploaded
from shared.pairs import take_in
from shared.tombstones import erase


async def on_document_uploaded(events: Sequence[DocumentUploaded], *, tx: Transaction) -> None:
    """The queue's key is the inbox: a repeated event finds its job already there."""
    await take_in(tx, events)


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """All its pairs have ended before, so nothing here still runs."""
    await erase(tx, events, tables=("jobs", "flows", "classifications"))
