"""Events in, one short transaction: every uploaded document becomes a job."""

from collections.abc import Sequence

from shared.db import Transaction
from shared.events import DocumentUploaded
from shared.jobs import NewJob, enqueue


async def on_document_uploaded(events: Sequence[DocumentUploaded], *, tx: Transaction) -> None:
    """The queue's key is the inbox: a repeated event finds its job already there."""
    await enqueue(tx, [NewJob.about(event) for event in events])
