"""Events in, notices and deliveries out: one row an event, or an event and endpoint, and the ids follow from the event's."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from services.notifier.deliveries import plan_deliveries
from services.notifier.tables import notices
from shared.cloudevent import Event
from shared.db import Transaction, run_sql
from shared.events import BatchCompleted, BatchDeleted, DocumentDeleted, ExportCompleted
from shared.tombstones import erase, erase_documents, living
from shared.vocabulary import BatchStatus

_OUTCOMES = {
    BatchStatus.COMPLETED: "is done",
    BatchStatus.PARTIALLY_COMPLETED: "is done in part",
    BatchStatus.FAILED: "failed",
    BatchStatus.CANCELLED: "was cancelled",
}


async def on_batch_completed(events: Sequence[BatchCompleted], *, tx: Transaction) -> None:
    events = await living(tx, events)
    await _keep(tx, [(event, text_of_batch(event)) for event in events])
    await plan_deliveries(events, tx=tx)


async def on_export_completed(events: Sequence[ExportCompleted], *, tx: Transaction) -> None:
    events = await living(tx, events)
    await _keep(tx, [(event, text_of_export(event)) for event in events])
    await plan_deliveries(events, tx=tx)


async def on_public_event(events: Sequence[Event], *, tx: Transaction) -> None:
    """What only programs want to know."""
    await plan_deliveries(await living(tx, events), tx=tx)


def text_of_batch(event: BatchCompleted) -> str:
    """One line for people, like: June receipts is done: 9 of 10 completed, 1 failed, 2 to review."""
    counts = [f"{event.completed} of {event.total} completed"]
    counts += [f"{event.failed} failed"] if event.failed else []
    counts += [f"{event.cancelled} cancelled"] if event.cancelled else []
    counts += [f"{event.needs_review} to review"] if event.needs_review else []
    return f"{event.name} {_OUTCOMES.get(event.status, event.status)}: {', '.join(counts)}."


def text_of_export(event: ExportCompleted) -> str:
    return f"An export is ready: {event.rows} rows as {event.format}."


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    await erase(tx, events, tables=("notices", "deliveries"))


async def on_document_deleted(events: Sequence[DocumentDeleted], *, tx: Transaction) -> None:
    """Deliveries carry names of files: those about the document go."""
    for event in events:
        await run_sql(
            tx,
            "DELETE FROM deliveries WHERE batch_id = $1 AND type LIKE 'document.%' AND position($2::text IN body) > 0",
            event.batch_id,
            str(event.document_id),
        )
    await erase_documents(tx, events, tables={})


async def _keep(tx: Transaction, told: Sequence[tuple[Event, str]]) -> None:
    values = [
        {
            "tenant_id": event.tenant_id,
            "notice_id": event.id,
            "kind": event.type,
            "batch_id": event.batch_id,
            "text": text,
            "created_at": event.time,
        }
        for event, text in told
    ]
    if values:
        await tx.execute(insert(notices).values(values).on_conflict_do_nothing())
