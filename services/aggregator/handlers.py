"""Events in, one short transaction: every event moves the read models, and the last of a generation completes its batch.

The rows of a batch change only under the lock of its own row, so what is read here is what is written over: the folding
is plain Python (document_state.py, batch_state.py), and the counters are kept by the difference it makes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.aggregator.batch_state import BatchState
from services.aggregator.document_state import DocumentState
from services.aggregator.live_log import Told, forget, tell
from services.aggregator.news import News, news_of
from services.aggregator.statistics import StepKey, count_steps
from services.aggregator.steps import write_steps
from services.aggregator.taking_up import Found, Key, take_up
from shared.cloudevent import Event
from shared.db import Transaction, rows, run_sql
from shared.events import (
    BatchCompleted,
    BatchCreated,
    BatchDeleted,
    BatchRetried,
    DocumentCancelRequested,
    DocumentDeleted,
    decode,
)
from shared.many_rows import Row
from shared.outbox import publish
from shared.tombstones import entomb, erase, living, lock_out_writers

_KEEP_ENDS = """
UPDATE generations g SET told = coalesce(g.told, e.told)
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[]) AS e (tenant_id, batch_id, generation, told)
WHERE g.tenant_id = e.tenant_id AND g.batch_id = e.batch_id AND g.generation = e.generation
RETURNING g.told
"""

Said = tuple[Event, Sequence[News]]  # an event, and what it says about documents


async def project(events: Sequence[Event], *, tx: Transaction, told: Told | None = None) -> None:
    """Take a micro-batch in, whatever its order; batch.completed is published when it completes a generation.

    `told` hears after the commit what is new in the live log.
    """
    said = [(event, list(news_of(event))) for event in events]
    found = await _take_up(tx, said)
    said = [
        (event, [n for n in news if n.document_id not in found.dead])
        for event, news in said
        if not found.dead & _ids(event)
    ]
    events, news = [event for event, _ in said], [item for _, items in said for item in items]
    touched = {(batch.tenant_id, batch.batch_id): batch for batch in found.batches}
    before = {key: replace(batch) for key, batch in touched.items()}
    for event in events:
        touched[event.tenant_id, event.batch_id].hear(event)
    opened = _opened(events)
    moved, steps = await _take_in(
        tx, news, touched, known={(d.tenant_id, d.document_id): d for d in found.documents}, opened=opened
    )
    await _doubt_completion(tx, [event for event in events if isinstance(event, BatchCreated) and event.reask])
    if opened or any(item.status.terminal for item in news):
        await _complete(tx, touched)
    # Last, as the rows of a tenant's statistics and its log are locked by all who write for it.
    await count_steps(tx, steps)
    await tell(tx, moved, [batch for key, batch in touched.items() if batch != before[key]], told=told)


async def forget_documents(
    events: Sequence[DocumentCancelRequested | DocumentDeleted], *, tx: Transaction, told: Told | None = None
) -> None:
    """Deleted documents are out of sight and out of the counts at once; a batch that waited for them is complete."""
    await lock_out_writers(tx)
    asked = [event for event in events if isinstance(event, DocumentDeleted) or event.deleting]
    forgotten = {event.subject: event for event in await living(tx, asked)}
    if not forgotten:
        return
    await entomb(tx, list(forgotten.values()), reasons=["deleted"] * len(forgotten), deleted=True)
    found = await take_up(
        tx,
        subjects=(),
        batches=((event.tenant_id, event.batch_id) for event in forgotten.values()),
        documents=((event.tenant_id, event.subject) for event in forgotten.values()),
    )
    touched = {(batch.tenant_id, batch.batch_id): batch for batch in found.batches}
    known = {document.document_id: document for document in found.documents}
    for event in forgotten.values():
        batch, document = touched[event.tenant_id, event.batch_id], known.get(event.subject)
        batch.deleted += 1
        batch.count(document.counts() if document else Counter(), Counter())
    for table in ("timeline", "documents"):
        await run_sql(tx, f"DELETE FROM {table} WHERE document_id = ANY($1::uuid[])", list(forgotten))  # noqa: S608  # names from code
    await _complete(tx, touched)
    await tell(tx, [], list(touched.values()), told=told)


async def _take_up(tx: Transaction, said: Sequence[Said]) -> Found:
    """A batch lists its documents whether they are still there or not."""
    return await take_up(
        tx,
        subjects=(id_ for event, news in said for id_ in (*_ids(event), *(n.document_id for n in news))),
        batches=((event.tenant_id, event.batch_id) for event, _ in said),
        documents=(n.key for _, news in said for n in news),
    )


def _ids(event: Event) -> set[UUID]:
    return {event.batch_id, event.subject}


async def on_batch_deleted(events: Sequence[BatchDeleted], *, tx: Transaction) -> None:
    """All its pairs have ended before; what still comes finds a tombstone."""
    steps = "DELETE FROM timeline t USING documents d WHERE d.batch_id = ANY($1::uuid[])"
    steps += " AND t.tenant_id = d.tenant_id AND t.document_id = d.document_id"
    await run_sql(tx, steps, [event.batch_id for event in events])
    await forget(tx, [event.batch_id for event in events])
    await erase(tx, events, tables=("documents", "generations", "batches"))


async def _take_in(
    tx: Transaction,
    news: Sequence[News],
    touched: dict[Key, BatchState],
    *,
    known: dict[Key, DocumentState],
    opened: Sequence[Row],
) -> tuple[list[DocumentState], list[StepKey]]:
    """Change the documents and their batches' counters. Returns those that look different now, and what is to be counted."""
    before = {key: replace(state) for key, state in known.items()}
    for item in news:
        known.setdefault(item.key, DocumentState.first_heard_in(item)).hear(item)
    changed = [key for key in sorted(known) if known[key] != before.get(key)]
    for key in changed:
        old, new = before.get(key), known[key]
        touched[new.tenant_id, new.batch_id].count(old.counts() if old else Counter(), new.counts())
    steps = await write_steps(tx, news, changed=changed, before=before, after=known, opened=opened)
    return [known[key] for key in changed if known[key].looks_unlike(before.get(key))], steps


def _opened(events: Sequence[Event]) -> list[Row]:
    return [
        {"tenant_id": event.tenant_id, "batch_id": event.batch_id, "generation": event.generation}
        for event in events
        if isinstance(event, BatchCreated | BatchRetried)
    ]


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
    completed = await rows(
        tx, "SELECT * FROM complete($1::uuid[], $2::uuid[])", [key[0] for key in touched], [key[1] for key in touched]
    )
    events = [
        _completed(touched[tenant_id, batch_id], generation)
        for tenant_id, batch_id, generation in sorted(tuple(row) for row in completed)
        if not touched[tenant_id, batch_id].hidden  # it is being deleted: nobody waits for its end
    ]
    for event in events:
        batch = touched[event.tenant_id, event.batch_id]
        batch.completed_at = batch.completed_at if batch.completed_generation == event.generation else event.time
        batch.completed_generation = event.generation
    await publish(tx, await _as_told_first(tx, events))


async def _as_told_first(tx: Transaction, events: Sequence[BatchCompleted]) -> list[Event]:
    """An end that was told before is told the same way again: a cancel heard of since does not change what was said."""
    if not events:
        return []
    keys = [(event.tenant_id, event.batch_id, event.generation, event.to_bytes()) for event in events]
    told = await rows(tx, _KEEP_ENDS, *map(list, zip(*keys, strict=True)))
    return [decode(bytes(row.told)) for row in told]


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
