"""Events in, one short transaction: rows become ready to export, and a batch that asked for its export gets it.

Every upsert is guarded, so no order of events is needed and duplicates change nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table

from services.exporter.tables import export_batches, export_documents
from services.exporter.told_rows import (
    Ended,
    Row,
    completed_batch,
    created_batch,
    deleted_document,
    ended_document,
    listed_documents,
    retried_batch,
    retried_documents,
    updated_batch,
)
from services.exporter.wishes import fulfil_wishes
from shared.cloudevent import Event
from shared.db import Transaction, run_sql
from shared.events import (
    BatchCancelRequested,
    BatchCompleted,
    BatchCreated,
    BatchDeleted,
    BatchRetried,
    BatchUpdated,
    DocumentCancelRequested,
    DocumentDeleted,
)
from shared.many_rows import write_rows
from shared.tombstones import entomb, erase, gone, living, lock_out_writers

_DOCUMENT_ENDS = (
    *("generation", "rank", "version", "status", "document_type", "needs_review", "provider", "model"),
    *("result", "result_key", "error", "finished_at", "reviewed_by", "reviewed_at"),
)
_OPENED = {"opened": "(SELECT array_agg(DISTINCT g) FROM unnest(export_batches.opened || excluded.opened) AS g)"}
_AWAITED = {"awaited": "greatest(export_documents.awaited, excluded.awaited)"}
_PAGES = {"pages": "greatest(export_documents.pages, excluded.pages)"}
_FIRST_NAME = {"name": "CASE WHEN export_batches.revision > 0 THEN export_batches.name ELSE excluded.name END"}
_BLANK = {"file_name": "NULL", "custom_id": "NULL", "pages": "0"}
_FACTS = {
    "file_name": "coalesce(export_documents.file_name, excluded.file_name)",
    "custom_id": "coalesce(export_documents.custom_id, excluded.custom_id)",
}

_EXPIRE = """
UPDATE exports e SET expires_at = '-infinity' WHERE batch_id = ANY($1::uuid[]) OR batch_ids && $1::uuid[] OR EXISTS (
  SELECT FROM export_documents d WHERE d.tenant_id = e.tenant_id AND d.document_id = ANY(e.document_ids)
    AND d.batch_id = ANY($1::uuid[]))
"""
# Of their batches only what has a file or is being made: what waits has read nothing, and will be made without them.
_EXPIRE_WITH_DOCUMENTS = """
UPDATE exports e SET expires_at = '-infinity'
WHERE document_ids && $2::uuid[] OR (batch_id = ANY($1::uuid[]) OR batch_ids && $1::uuid[]) AND (
  EXISTS (SELECT FROM jobs j WHERE j.subject = e.export_id AND j.state = 'r')
  OR EXISTS (SELECT FROM export_files f WHERE f.tenant_id = e.tenant_id AND f.export_id = e.export_id))
"""


async def on_batch_created(events: Sequence[BatchCreated], *, tx: Transaction) -> None:
    """The batch's name and wish, and a row for every file, refused ones too."""
    events = await living(tx, events)
    await _upsert(
        tx, export_batches, map(created_batch, events), take=("created_by", "wish"), merge=_OPENED | _FIRST_NAME
    )
    await _upsert(
        tx,
        export_documents,
        await _there(tx, (row for event in events for row in listed_documents(event))),
        take=("position", "file_name", "custom_id"),
        merge=_PAGES | _AWAITED,
    )
    await fulfil_wishes(tx, events)


async def on_batch_retried(events: Sequence[BatchRetried], *, tx: Transaction) -> None:
    """From now on these documents are awaited in another generation."""
    events = await living(tx, events)
    await _upsert(tx, export_batches, map(retried_batch, events), merge=_OPENED)
    listed = await _there(tx, (row for event in events for row in retried_documents(event)))
    await _upsert(tx, export_documents, listed, merge=_AWAITED)


async def on_document_ended(events: Sequence[Ended], *, tx: Transaction) -> None:
    """The row of a document is the last version of its latest generation."""
    events = await living(tx, events)
    await _upsert(
        tx,
        export_documents,
        map(ended_document, events),
        take=_DOCUMENT_ENDS,
        newer_by=("generation", "rank", "version"),
        merge=_PAGES | _FACTS,
    )


async def on_batch_completed(events: Sequence[BatchCompleted], *, tx: Transaction) -> None:
    """How many rows the batch must have before it can be exported whole."""
    events = await living(tx, events)
    await _upsert(
        tx,
        export_batches,
        map(completed_batch, events),
        take=("completed_generation", "ended"),
        merge={},
        newer_by=("completed_generation",),
    )
    await fulfil_wishes(tx, events)


async def on_cancel_requested(events: Sequence[BatchCancelRequested], *, tx: Transaction) -> None:
    """Exports of a batch that is to be deleted are hidden at once; its rows go when its last pair has ended."""
    await _hide_exports(tx, [event for event in events if event.deleting])


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """The rows go; exports that were asked for meanwhile are hidden too, and expire."""
    await _hide_exports(tx, events)
    await erase(tx, events, tables=("export_documents", "export_batches", "flows"))


async def on_batch_updated(events: Sequence[BatchUpdated], *, tx: Transaction) -> None:
    events = await living(tx, events)
    named = map(updated_batch, sorted(events, key=lambda event: event.revision))
    await _upsert(tx, export_batches, named, take=("name", "revision"), newer_by=("revision",), merge={})


async def forget_documents(events: Sequence[DocumentCancelRequested | DocumentDeleted], *, tx: Transaction) -> None:
    """Deleted documents are in no export any more, and every export that may hold one of them goes."""
    asked = [event for event in events if isinstance(event, DocumentDeleted) or event.deleting]
    if not asked:
        return
    await lock_out_writers(tx)
    known = await gone(tx, [event.document_id for event in asked])
    # A deletion is told twice; what was made between the two is without the document.
    asked = [event for event in asked if event.document_id not in known]
    await entomb(tx, asked, reasons=["deleted"] * len(asked), deleted=True)
    rows = {event.document_id: deleted_document(event) for event in asked}
    await _upsert(tx, export_documents, rows.values(), take=_DOCUMENT_ENDS, merge=_BLANK)
    await run_sql(tx, _EXPIRE_WITH_DOCUMENTS, [event.batch_id for event in asked], list(rows))


async def _there(tx: Transaction, listed: Iterable[Row]) -> list[Row]:
    """A batch lists its documents whether they were deleted or not."""
    listed = list(listed)
    dead = await gone(tx, {row["document_id"] for row in listed})
    return [row for row in listed if row["document_id"] not in dead]


async def _hide_exports(tx: Transaction, events: Sequence[Event]) -> None:
    await run_sql(tx, _EXPIRE, [event.batch_id for event in events])


async def _upsert(
    tx: Transaction,
    table: Table,
    told: Iterable[Row],
    *,
    take: Sequence[str] = (),
    merge: Mapping[str, str],
    newer_by: Sequence[str] = (),
) -> None:
    """Add rows; over what is there, `take` the new values and `merge` by SQL, where they are `newer_by` these columns."""
    keys = [column.name for column in table.primary_key]
    in_lock_order = sorted(told, key=lambda row: [row[name] for name in keys])
    await write_rows(tx, table, in_lock_order, take=take, merge=merge, newer_by=newer_by)
