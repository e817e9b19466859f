"""Events in, one short transaction: every classified document becomes a job."""

from collections.abc import Sequence

from shared.db import Transaction
from shared.events import BatchDeleted, DocumentClassified
from shared.pairs import take_in
from shared.tombstones import erase


async def on_document_classified(events: Sequence[DocumentClassified], *, tx: Transaction) -> None:
    """The queue's key is the inbox: a repeated event finds its job already there."""
    await take_in(tx, events)


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """All its pairs have ended before, so nothing here still runs."""
    await erase(tx, events, tables=("jobs", "flows", "extractions"))
