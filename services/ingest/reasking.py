"""The reconciler: pairs that stay silent are asked again, and batches that nobody completed are told again.

This is the way back after a broker lost its data, after a dead letter, and for a projection that missed something: every
service that is done repeats its stored outcome, every other works on.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.ingest.document_erasure import deleted_event
from services.ingest.instructions import uploads_of
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, Transaction, rows
from shared.errors import DocumentError
from shared.events import DocumentFailed, decode
from shared.maintenance import repeat
from shared.outbox import publish

log = structlog.get_logger()

_PAIRS_AT_ONCE = 500
_BATCHES_AT_ONCE = 10

# Not while the broker takes nothing: the last question is not even out.
_SILENT_PAIRS = """
UPDATE documents SET told_at = now() WHERE (tenant_id, document_id) IN (
  SELECT tenant_id, document_id FROM documents WHERE status = 'uploaded' AND told_at < now() - $1::interval
    AND NOT EXISTS (SELECT FROM outbox WHERE created_at < now() - interval '5 s')
  ORDER BY told_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING tenant_id, batch_id, document_id
"""
# All pairs have ended as far as we know, and still nobody said that the batch is complete.
_STUCK_BATCHES = """
UPDATE batches SET told_at = now() WHERE (tenant_id, batch_id) IN (
  SELECT b.tenant_id, b.batch_id FROM batches b
  WHERE b.completed_generation < b.generation AND b.deleted_at IS NULL AND b.created_event IS NOT NULL
    AND b.told_at < now() - $1::interval AND NOT EXISTS (
      SELECT FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id
        AND (d.status = 'uploaded' OR d.told_at > now() - $1::interval))
  ORDER BY b.told_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING tenant_id, batch_id, created_event, stop_event
"""
# Whatever was not heard to its end by everybody: those that ended lately may still have been in some queue.
_OPEN_BATCHES = """
UPDATE batches SET told_at = clock_timestamp() WHERE (tenant_id, batch_id) IN (
  SELECT tenant_id, batch_id FROM batches
  WHERE deleted_at IS NULL AND created_event IS NOT NULL AND told_at < $1
    AND (completed_generation < generation OR told_at > $1 - interval '1 hour')
  ORDER BY told_at LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING tenant_id, batch_id, created_event, stop_event
"""
_STOPS = """
SELECT stop_event FROM batches
WHERE tenant_id = ANY($1::uuid[]) AND batch_id = ANY($2::uuid[]) AND status = 'cancelling' AND stop_event IS NOT NULL
UNION ALL
SELECT stop_event FROM documents
WHERE tenant_id = ANY($1::uuid[]) AND batch_id = ANY($2::uuid[]) AND status = 'uploaded' AND stop_event IS NOT NULL
"""
_DOCUMENTS = """
SELECT tenant_id, batch_id, document_id, generation, file_name, error, instructions, stop_event, deleted_at, erased_at
FROM documents WHERE tenant_id = $1 AND batch_id = $2
"""


async def keep_asking(db: Database, bell: Bell, *, silence: timedelta) -> None:
    """Look several times within the time that counts as silence, until cancelled."""

    async def look() -> None:
        asked = await reask_silent_pairs(db, silence=silence)
        told = await retell_stuck_batches(db, silence=silence)
        if asked or told:
            log.warning("reasked", pairs=asked, batches=told)
            bell.ring()

    await repeat("reask", look, seconds=min(silence.total_seconds() / 4, 30))


async def reask_silent_pairs(db: Database, *, silence: timedelta) -> int:
    """Publish document.uploaded again for pairs nobody told of for this long; returns how many."""
    async with db.transaction() as tx:
        silent = await rows(tx, _SILENT_PAIRS, silence, _PAIRS_AT_ONCE)
        tenants = [pair.tenant_id for pair in silent]
        events: list[Event] = await _stops(tx, tenants, [pair.batch_id for pair in silent])
        events += await uploads_of(tx, tenants, [pair.document_id for pair in silent], reask=True)
        await publish(tx, events)
    return len(silent)


async def retell_stuck_batches(db: Database, *, silence: timedelta) -> int:
    """Publish everything about batches whose end is overdue; returns how many. The aggregator repeats an end it told."""
    async with db.transaction() as tx:
        stuck = await rows(tx, _STUCK_BATCHES, silence, _BATCHES_AT_ONCE)
        for batch in stuck:
            await publish(tx, await _everything_about(tx, batch))
    return len(stuck)


async def retell_open_batches(db: Database, bell: Bell) -> None:
    """The broker has lost what it held: publish everything about all batches that were open in the last hour."""
    told = await _retell_all(db)
    if told:
        log.warning("broker_lost_its_data", batches_told_again=told)
        bell.ring()


async def _retell_all(db: Database) -> int:
    async with db.transaction() as tx:
        ((began,),) = await rows(tx, "SELECT clock_timestamp()")
    told = 0
    while True:
        async with db.transaction() as tx:
            page = await rows(tx, _OPEN_BATCHES, began, _BATCHES_AT_ONCE)
            for batch in page:
                await publish(tx, await _everything_about(tx, batch))
        if not page:
            return told
        told += len(page)


async def retell_batch(tx: Transaction, tenant_id: UUID, batch_id: UUID) -> None:
    """Publish everything about this batch again, for a service that missed some of it."""
    found = await rows(
        tx,
        "SELECT tenant_id, batch_id, created_event, stop_event FROM batches"
        " WHERE tenant_id = $1 AND batch_id = $2 AND created_event IS NOT NULL",
        tenant_id,
        batch_id,
    )
    for batch in found:
        await publish(tx, await _everything_about(tx, batch))


async def _everything_about(tx: Transaction, batch: Any) -> list[Event]:
    key = batch.tenant_id, batch.batch_id
    retried = await rows(tx, "SELECT event FROM generations WHERE tenant_id = $1 AND batch_id = $2", *key)
    documents = await rows(tx, _DOCUMENTS, *key)
    erased, there = ([d for d in documents if bool(d.erased_at) is gone] for gone in (True, False))
    created = decode(orjson.dumps(batch.created_event)).model_copy(update={"reask": True})
    events = [created, *(decode(bytes(row.event)) for row in retried)]
    events += [decode(bytes(batch.stop_event))] if batch.stop_event else []
    events += [decode(bytes(d.stop_event)) for d in there if d.stop_event]
    events += [deleted_event(document) for document in erased]
    events += [_refused(created, document) for document in there if document.instructions is None]
    return [*events, *await uploads_of(tx, [batch.tenant_id], [d.document_id for d in there], reask=True)]


def _refused(created: Event, document: Any) -> DocumentFailed:
    return DocumentFailed.caused_by(
        created,
        document_id=document.document_id,
        file_name=document.file_name,
        error=DocumentError.model_validate(document.error),
    )


async def _stops(tx: Transaction, tenants: Sequence[UUID], batches: Sequence[UUID]) -> list[Event]:
    """The cancel requests of those batches that are still stopping: they may have been lost as well."""
    found = await rows(tx, _STOPS, list(set(tenants)), list(set(batches)))
    return [decode(bytes(row.stop_event)) for row in found]
