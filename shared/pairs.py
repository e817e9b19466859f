"""Holding pairs: what a service with a queue does when a document comes, when its batch is to stop, and when it is asked again.

Each (document, generation) ends with exactly one terminal event, told by the service whose queue holds it at that moment.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from shared.cloudevent import Event
from shared.db import Transaction, note, rows, run_sql
from shared.events import (
    BatchCancelRequested,
    BatchUpdated,
    DocumentCancelled,
    DocumentCancelRequested,
    DocumentClassified,
    DocumentUploaded,
    decode,
)
from shared.jobs import NewJob, columns_of
from shared.outbox import publish
from shared.tombstones import entomb, living

Arrival = DocumentUploaded | DocumentClassified

_ENDED = """
SELECT j.state::text AS state, j.event, j.outcome, j.error #>> '{}' AS reason
FROM unnest($1::uuid[], $2::int[]) AS asked (subject, generation) JOIN jobs j USING (subject, generation)
WHERE j.state IN ('x', 'f', 'c')
"""


_TAKE_IN = """
SELECT event, reason FROM take_in($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::smallint[], $6::text[],
                                  $7::uuid[], $8::float8[], $9::int[])
"""
_STOP = """
SELECT event, error #>> '{}' AS reason FROM stop_entombed($1::uuid[])
UNION ALL SELECT event, error #>> '{}' FROM stop_documents($2::uuid[])
"""


async def take_in(tx: Transaction, arrivals: Sequence[Arrival]) -> None:
    """Every document becomes a job, once. Under a tombstone it ends at once; asked again, a job that ended repeats its end."""
    if asked := [arrival for arrival in arrivals if arrival.reask]:
        await _repeat_ends(tx, await living(tx, asked))
    note(tx, "jobs")
    stopped = await rows(tx, _TAKE_IN, *columns_of([NewJob.about(arrival) for arrival in arrivals]), *_shares(arrivals))
    await publish(tx, [_cancelled(job) for job in stopped])


async def stop_pairs(events: Sequence[BatchCancelRequested | DocumentCancelRequested], *, tx: Transaction) -> None:
    """Waiting and running jobs of these batches or documents end now; a result that is still on its way finds no lease."""
    await entomb(tx, events, reasons=[f"Cancelled by {event.requested_by}." for event in events])
    # Claims and sweeps hold this lock, so that no job is made ready again between their look and their write.
    await run_sql(tx, "SELECT pg_advisory_xact_lock(4711)")
    batches = [event.batch_id for event in events if isinstance(event, BatchCancelRequested)]
    documents = [event.document_id for event in events if isinstance(event, DocumentCancelRequested)]
    await _stop(tx, batches=batches, documents=documents)


async def change_lanes(events: Sequence[BatchUpdated], *, tx: Transaction) -> None:
    """What waits of a batch waits with its new priority; what comes later brings it along."""
    for event in sorted(events, key=lambda event: event.revision):
        await run_sql(tx, "SELECT change_lane($1, $2::smallint)", event.batch_id, event.priority.lane)


async def _stop(tx: Transaction, *, batches: Sequence[UUID], documents: Sequence[UUID]) -> None:
    stopped = await rows(tx, _STOP, sorted(set(batches)), sorted(set(documents)))
    await publish(tx, [_cancelled(job) for job in stopped])


def _shares(arrivals: Sequence[Arrival]) -> tuple[list[UUID], list[float], list[int]]:
    """What each tenant's plan gives it in this queue, as its latest documents tell."""
    told = {arrival.tenant_id: arrival.share for arrival in sorted(arrivals, key=lambda arrival: arrival.time)}
    return list(told), [share.weight for share in told.values()], [share.at_once for share in told.values()]


async def _repeat_ends(tx: Transaction, arrivals: Sequence[Arrival]) -> None:
    ended = await rows(
        tx, _ENDED, [arrival.document_id for arrival in arrivals], [arrival.generation for arrival in arrivals]
    )
    await publish(tx, _ends(ended))


def _ends(ended: Sequence[Any]) -> Iterator[Event]:
    for job in ended:
        if job.state == "c":
            yield _cancelled(job)
        elif job.outcome:
            end = decode(job.outcome.encode())
            # The question goes on down the chain; everything else about the fact stays as it was told first.
            yield end.model_copy(update={"reask": True}) if isinstance(end, DocumentClassified) else end


def _cancelled(job: Any) -> DocumentCancelled:
    document = decode(job.event.encode())
    assert isinstance(document, DocumentUploaded | DocumentClassified)
    return DocumentCancelled.caused_by(document, document_id=document.document_id, reason=job.reason)
