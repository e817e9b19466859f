"""Events in, notices and deliveries out: one row an event, or an event and endpoint, and the ids follow from the event's."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from services.notifier.deliveries import plan_deliveries
from services.notifier.event_texts import text_of_batch, text_of_export, text_of_quota
from services.notifier.mails import plan_mails
from services.notifier.tables import notices
from shared.cloudevent import Event
from shared.db import Transaction, run_sql
from shared.events import BatchCompleted, BatchDeleted, DocumentDeleted, ExportCompleted, ExportFailed, QuotaWarning
from shared.tombstones import erase, erase_documents, living


async def on_batch_completed(events: Sequence[BatchCompleted], *, tx: Transaction) -> None:
    events = await living(tx, events)
    await _keep(tx, [(event, text_of_batch(event)) for event in events])
    await plan_deliveries(events, tx=tx)
    await plan_mails(events, tx=tx)


async def on_export_ended(events: Sequence[ExportCompleted | ExportFailed], *, tx: Transaction) -> None:
    events = await living(tx, events)
    await _keep(tx, [(event, text_of_export(event)) for event in events])
    await plan_deliveries(events, tx=tx)
    await plan_mails(events, tx=tx)


async def on_quota_warning(events: Sequence[QuotaWarning], *, tx: Transaction) -> None:
    """About the tenant: it stays when the batch that reached the level is deleted."""
    await _keep(tx, [(event, text_of_quota(event)) for event in events])
    await plan_deliveries(events, tx=tx)
    await plan_mails(events, tx=tx)


async def on_public_event(events: Sequence[Event], *, tx: Transaction) -> None:
    """What only programs want to know."""
    events = await living(tx, events)
    await plan_deliveries(events, tx=tx)
    await plan_mails(events, tx=tx)


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    await erase(tx, events, tables=("notices", "deliveries", "mails"))


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
