"""Events in, notices and deliveries out: one row an event, or an event and endpoint, and the ids follow from the event's."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from services.notifier.deliveries import plan_deliveries
from services.notifier.tables import notices
from shared.cloudevent import Event
from shared.db import Transaction
from shared.events import BatchCompleted, BatchDeleted, ExportCompleted, QuotaWarning
from shared.tombstones import erase, living
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


async def on_quota_warning(events: Sequence[QuotaWarning], *, tx: Transaction) -> None:
    """Of the tenant, not of a batch: it is told whatever became of the batch that it was noticed at."""
    await _keep(tx, [(event, text_of_quota(event)) for event in events])
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


def text_of_quota(event: QuotaWarning) -> str:
    """One line for people, like: 80 % of this month's pages are used: 1,604 of 2,000."""
    return f"{event.level} % of this month's pages are used: {event.used:,} of {event.limit:,}."


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    await erase(tx, events, tables=("notices", "deliveries"))


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
