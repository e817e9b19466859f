"""Events in, one short transaction: every event moves the read models, and the last of a generation completes its batch.

The rows of a batch change only under the lock of its own row, so what is read here is what is written over: the folding
is plain Python (document_state.py, batch_state.py), and the counters are kept by the difference it makes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import CollectionAggregate, Table, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.aggregator.batch_state import BatchState
from services.aggregator.document_state import DocumentState
from services.aggregator.live_log import forget, tell
from services.aggregator.news import News, news_of
from services.aggregator.statistics import StepKey, count_steps
from services.aggregator.steps import write_steps
from services.aggregator.tables import batches, documents, generations
from shared.cloudevent import Event
from shared.db import Transaction, rows, run_sql
from shared.events import (
    BatchCompleted,
    BatchCreated,
    BatchDeleted,
    BatchRetried,
    DocumentCancelRequested,
    DocumentDeleted,
)
from shared.many_rows import write_rows
from shared.outbox import publish
from shared.tombstones import entomb, erase, gone, living, lock_out_writers

Key = tuple[UUID, UUID]  # tenant, then batch or document
Told = tuple[Event, Sequence[News]]  # an event, and what it says about documents

_BATCH_COLUMNS = [column for column in batches.c if column.computed is None]

# A generation is complete when it and all before it are known and none of their documents is open.
_COMPLETE = """
UPDATE generations g SET completed_at = now()
FROM unnest($1::uuid[], $2::uuid[]) AS touched (tenant_id, batch_id)
WHERE g.tenant_id = touched.tenant_id AND g.batch_id = touched.batch_id AND g.completed_at IS NULL
  AND g.generation = (SELECT count(*) FROM generations e
                      WHERE e.tenant_id = g.tenant_id AND e.batch_id = g.batch_id AND e.generation <= g.generation)
  AND NOT EXISTS (SELECT FROM documents d WHERE d.tenant_id = g.tenant_id AND d.batch_id = g.batch_id
                    AND d.finished_at IS NULL AND d.generation <= g.generation)
RETURNING g.tenant_id, g.batch_id, g.generation
"""


async def project(events: Sequence[Event], *, tx: Transaction) -> None:
    """Take a micro-batch in, whatever its order; batch.completed is published when it completes a generation."""
    told = await _about_living(tx, [(event, list(news_of(event))) for event in events])
    if not told:
        return
    events, news = [event for event, _ in told], [item for _, items in told for item in items]
    touched = await _lock_batches(tx, {(event.tenant_id, event.batch_id) for event in events})
    before = {key: replace(batch) for key, batch in touched.items()}
    for event in events:
        touched[event.tenant_id, event.batch_id].hear(event)
    moved, steps = await _take_in(tx, news, touched)
    opened = await _open_generations(tx, events)
    await _doubt_completion(tx, [event for event in events if isinstance(event, BatchCreated) and event.reask])
    if opened or any(item.status.terminal for item in news):
        await _complete(tx, touched)
    await _store(tx, batches, [vars(batch) for batch in touched.values()])
    # Last, as the rows of a tenant's statistics and its log are locked by all who write for it.
    await count_steps(tx, steps)
    await tell(tx, moved, [key for key, batch in touched.items() if batch != before[key]])


async def forget_documents(events: Sequence[DocumentCancelRequested | DocumentDeleted], *, tx: Transaction) -> None:
    """Deleted documents are out of sight and out of the counts at once; a batch that waited for them is complete."""
    await lock_out_writers(tx)
    asked = [event for event in events if isinstance(event, DocumentDeleted) or event.deleting]
    forgotten = {event.subject: event for event in await living(tx, asked)}
    if not forgotten:
        return
    await entomb(tx, list(forgotten.values()), reasons=["deleted"] * len(forgotten), deleted=True)
    touched = await _lock_batches(tx, {(event.tenant_id, event.batch_id) for event in forgotten.values()})
    known = await _load_documents(tx, {(event.tenant_id, event.subject) for event in forgotten.values()})
    for event in forgotten.values():
        batch, document = touched[event.tenant_id, event.batch_id], known.get((event.tenant_id, event.subject))
        batch.deleted += 1
        batch.count(document.counts() if document else Counter(), Counter())
    for table in ("timeline", "documents"):
        await run_sql(tx, f"DELETE FROM {table} WHERE document_id = ANY($1::uuid[])", list(forgotten))  # noqa: S608  # names from code
    await _complete(tx, touched)
    await _store(tx, batches, [vars(batch) for batch in touched.values()])
    await tell(tx, [], list(touched))


async def _about_living(tx: Transaction, told: Sequence[Told]) -> list[Told]:
    """What was not deleted: a batch lists its documents whether they are still there or not."""
    dead = await gone(tx, {id_ for event, news in told for id_ in (*_ids(event), *(n.document_id for n in news))})
    return [(event, [n for n in news if n.document_id not in dead]) for event, news in told if not dead & _ids(event)]


def _ids(event: Event) -> set[UUID]:
    return {event.batch_id, event.subject}


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """All its pairs have ended before; what still comes finds a tombstone."""
    steps = "DELETE FROM timeline t USING documents d WHERE d.batch_id = ANY($1::uuid[])"
    steps += " AND t.tenant_id = d.tenant_id AND t.document_id = d.document_id"
    await run_sql(tx, steps, [event.batch_id for event in events])
    await forget(tx, [event.batch_id for event in events])
    await erase(tx, events, tables=("documents", "generations", "batches"))


async def _lock_batches(tx: Transaction, keys: set[Key]) -> dict[Key, BatchState]:
    """The rows of these batches, made where missing, locked in one order for all."""
    ordered = sorted(keys)
    placeholders = [{"tenant_id": tenant_id, "batch_id": batch_id} for tenant_id, batch_id in ordered]
    await write_rows(tx, batches, placeholders)
    locked = await tx.execute(
        select(*_BATCH_COLUMNS)
        .where(batches.c.tenant_id == _any({key[0] for key in ordered}))
        .where(batches.c.batch_id == _any(key[1] for key in ordered))
        .order_by(batches.c.tenant_id, batches.c.batch_id)
        .with_for_update(key_share=True)
    )
    return {(row["tenant_id"], row["batch_id"]): BatchState(**row) for row in locked.mappings()}


async def _take_in(
    tx: Transaction, news: Sequence[News], touched: dict[Key, BatchState]
) -> tuple[list[DocumentState], list[StepKey]]:
    """Change the documents and their batches' counters. Returns those that look different now, and what is to be counted."""
    if not news:
        return [], []
    known = await _load_documents(tx, {item.key for item in news})
    before = {key: replace(state) for key, state in known.items()}
    for item in news:
        known.setdefault(item.key, DocumentState.first_heard_in(item)).hear(item)
    changed = [key for key in sorted(known) if known[key] != before.get(key)]
    for key in changed:
        old, new = before.get(key), known[key]
        touched[new.tenant_id, new.batch_id].count(old.counts() if old else Counter(), new.counts())
    await _store(tx, documents, [vars(known[key]) for key in changed])
    steps = await write_steps(tx, news, before=before, after=known)
    return [known[key] for key in changed if known[key].looks_unlike(before.get(key))], steps


async def _load_documents(tx: Transaction, keys: set[Key]) -> dict[Key, DocumentState]:
    found = await tx.execute(
        select(documents)
        .where(documents.c.tenant_id == _any({key[0] for key in keys}))
        .where(documents.c.document_id == _any(key[1] for key in keys))
    )
    return {(row["tenant_id"], row["document_id"]): DocumentState(**row) for row in found.mappings()}


async def _open_generations(tx: Transaction, events: Sequence[Event]) -> bool:
    opened = [
        {"tenant_id": event.tenant_id, "batch_id": event.batch_id, "generation": event.generation}
        for event in events
        if isinstance(event, BatchCreated | BatchRetried)
    ]
    await write_rows(tx, generations, opened)
    return bool(opened)


async def _doubt_completion(tx: Transaction, asked: Sequence[BatchCreated]) -> None:
    """Somebody missed the end of these batches: if the last generation is complete, it is found to be so once more."""
    if asked:
        await run_sql(
            tx,
            "UPDATE generations g SET completed_at = NULL FROM unnest($1::uuid[], $2::uuid[]) AS a (tenant_id, batch_id)"
            " WHERE g.tenant_id = a.tenant_id AND g.batch_id = a.batch_id AND g.generation ="
            " (SELECT max(generation) FROM generations e WHERE e.tenant_id = a.tenant_id AND e.batch_id = a.batch_id)",
            [event.tenant_id for event in asked],
            [event.batch_id for event in asked],
        )


async def _complete(tx: Transaction, touched: dict[Key, BatchState]) -> None:
    completed = await rows(tx, _COMPLETE, [key[0] for key in touched], [key[1] for key in touched])
    events = [
        _completed(touched[tenant_id, batch_id], generation)
        for tenant_id, batch_id, generation in sorted(tuple(row) for row in completed)
        if not touched[tenant_id, batch_id].hidden  # it is being deleted: nobody waits for its end
    ]
    for event in events:
        batch = touched[event.tenant_id, event.batch_id]
        batch.completed_at = batch.completed_at if batch.completed_generation == event.generation else event.time
        batch.completed_generation = event.generation
    await publish(tx, events)


def _completed(batch: BatchState, generation: int) -> BatchCompleted:
    return BatchCompleted(
        tenant_id=batch.tenant_id,
        batch_id=batch.batch_id,
        generation=generation,
        name=batch.name or "",
        status=batch.outcome(),
        total=batch.completed + batch.failed + batch.cancelled,
        completed=batch.completed,
        failed=batch.failed,
        cancelled=batch.cancelled,
        needs_review=batch.needs_review,
        pages=batch.pages_done,
        deleted=batch.deleted,
    )


async def _store(tx: Transaction, table: Table, values: list[dict[str, Any]]) -> None:
    """Write whole rows over what is there."""
    keys = [column.name for column in table.primary_key]
    await write_rows(tx, table, values, take=[name for name in values[0] if name not in keys] if values else ())


def _any(values: Iterable[UUID]) -> CollectionAggregate[Any]:
    return any_(literal(list(values), ARRAY(Uuid)))
