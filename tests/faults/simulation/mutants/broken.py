"""Functions with one protection missing, to be put in the place of the product's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.aggregator.document_state import DocumentState
from services.aggregator.news import News
from services.ingest.pending import insert_pending
from services.ingest.settlement import settle
from shared.db import Transaction, rows, run_sql
from shared.errors import DocumentError, Permanent, Problem, Throttled
from shared.events import BatchRetried, DocumentExtracted, QuotaWarning
from shared.jobs import Job, Outcome
from shared.messaging import Publisher
from shared.outbox import Relay
from shared.pipelined import Parcel
from shared.publishing import Message
from shared.retries import Retries
from shared.worker import Worker
from tests.faults.simulation.broker_doors import send_together


async def read_and_ack_first(inbox: Any, take: Any) -> None:
    """The consumer's loop, acknowledging before the work is done."""
    while True:
        batch = [await inbox.get()]
        while not inbox.empty():
            batch.append(inbox.get_nowait())
        messages = [message for message in batch if message is not None]
        if len(messages) < len(batch):
            return
        await messages[-1].ack(multiple=True)
        await take([message.body for message in messages])


async def relay_by_cursor(relay: Relay) -> int:
    """Reads on from the last position seen, as if positions became visible in their order."""
    last = getattr(relay, "last", 0)
    async with relay._db.transaction() as tx:
        sql = "SELECT position, event_id, type, body FROM outbox WHERE position > $1 ORDER BY position"
        waiting = await rows(tx, sql, last)
        if not waiting:
            return 0
        confirmed = await relay._publish(waiting)
        await run_sql(tx, "DELETE FROM outbox WHERE position = ANY($1::bigint[])", confirmed)
        relay.last = confirmed[-1] if confirmed else last  # type: ignore[attr-defined]  # the mutant's own memory
    return len(waiting)


async def believe_that_all_arrived(relay: Relay, waiting: Sequence[Any]) -> list[int]:
    await relay._publisher.publish([Message(row[1], row[2], bytes(row[3])) for row in waiting])
    return [row[0] for row in waiting]


async def publish_to_nobody(publisher: Publisher, messages: Sequence[Message]) -> Sequence[BaseException | None]:
    """It does not matter whether anybody listens."""
    parcels = [Parcel(str(message.id), message.type, message.body, "") for message in messages]
    door: Any = publisher._exchange
    return await send_together(door, parcels, exchange="any", seconds=5, mandatory=False)


def hear_in_any_order(state: DocumentState, news: News) -> None:
    """What came last is believed."""
    if news.generation >= state.generation:
        state.generation = news.generation
        state._become(news)


async def only_charge(events: Sequence[Any], *, tx: Transaction) -> list[QuotaWarning]:
    return await settle([event for event in events if isinstance(event, DocumentExtracted)], tx=tx)


async def nothing(*_: Any, **__: Any) -> None:
    """What should be done is not."""


def same_generation(**values: Any) -> BatchRetried:
    return BatchRetried(**values | {"generation": values["generation"] - 1})


async def pending_without_key(*arguments: Any, key: str | None, **values: Any) -> Any:
    return await insert_pending(*arguments, key=key and None, **values)


def always_try_again(worker: Worker, problem: Problem, job: Job) -> Outcome:
    """However often it was tried."""
    error = DocumentError.of(problem.category, worker._stage, problem.message, attempts=job.attempts)
    if isinstance(problem, Permanent):
        return Outcome(job, "failed", error=error, events=worker._failure(job, error))
    return Outcome(job, "delayed", error=error, delay=2.0, throttled=isinstance(problem, Throttled))


def however_often(outcome: Outcome, _retries: Retries) -> Outcome:
    return outcome


def never_transient(_error: Exception) -> bool:
    return False


async def never_held(worker: Worker, _held: set[UUID]) -> None:
    """Leases that nobody knows of stay."""
