"""Events in, notices out: one row an event, and the event's id is the row's."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from services.notifier.tables import notices
from shared.cloudevent import Event
from shared.db import Transaction
from shared.events import BatchCompleted, BatchDeleted, ExportCompleted
from shared.tombstones import erase, living
from shared.vocabulary import BatchStatus

_OUTCOMES = {
    BatchStatus.COMPLETED: "is done",
    BatchStatus.PARTIALLY_COMPLETED: "is done in part",
    BatchStatus.FAILED: "failed",
    BatchStatus.CANCELLED: "was cancelled",
}


async def on_batch_completed(events: Sequence[BatchCompleted], *, tx: Transaction) -> None:
    await _keep(tx, [(event, text_of_batch(event)) for event in await living(tx, events)])


async def on_export_completed(events: Sequence[ExportCompleted], *, tx: Transaction) -> None:
    await _keep(tx, [(event, text_of_export(event)) for event in await living(tx, events)])


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
    await erase(tx, events, tables=("notices",))


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
