"""The queue table of a service, from Python: enqueue, claim, finish, sweep. The statements live in sql/queue_*.sql."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, Self
from uuid import UUID

from sqlalchemy import Table

from shared.cloudevent import Event
from shared.db import Database, Transaction, note, rows, run_sql
from shared.errors import DocumentError
from shared.events import DocumentClassified, DocumentUploaded
from shared.many_rows import write_rows
from shared.outbox import publish
from shared.retries import STANDARD, Retries
from shared.vocabulary import Priority

SILENCE = timedelta(seconds=10)  # a worker that did not renew for this long has lost its jobs

# By name: a session that knew of a column which was dropped since would never claim again.
_COLUMNS = "subject, generation, tenant_id, batch_id, lease, attempts, crashes, event, lane, created_at, started_at"
# Not durable: a lost claim is only run again. Told in the statement itself, which is its own transaction.
_CLAIM = f"""
WITH hasty AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
SELECT {_COLUMNS} FROM hasty, claim($1, $2, $3, $4)
"""  # noqa: S608  # names from code
_SWEEP = f"SELECT {_COLUMNS} FROM sweep($1, $2, $3, $4)"  # noqa: S608  # as above


@dataclass(frozen=True)
class NewJob:
    """Work to be done once for this subject in this generation. `event` is what the job is about, encoded."""

    tenant_id: UUID
    batch_id: UUID
    subject: UUID
    generation: int
    priority: Priority
    event: bytes

    @classmethod
    def about(cls, event: DocumentUploaded | DocumentClassified) -> Self:
        """The job of a document in the generation the event tells of."""
        return cls(
            tenant_id=event.tenant_id,
            batch_id=event.batch_id,
            subject=event.document_id,
            generation=event.generation,
            priority=event.priority,
            event=event.to_bytes(),
        )


@dataclass(frozen=True)
class Job:
    """A claimed job. It may be finished only while its lease holds. `waited` is seconds from its arrival to this attempt."""

    subject: UUID
    generation: int
    tenant_id: UUID
    batch_id: UUID
    lease: UUID | None
    attempts: int
    crashes: int
    event: bytes
    priority: Priority = Priority.NORMAL  # as it is now: the event may tell of an earlier one
    waited: float = 0.0

    @property
    def key(self) -> tuple[UUID, int]:
        return self.subject, self.generation


@dataclass(frozen=True)
class Outcome:
    """How a job ended: rows and events that commit together with it, and only while its lease holds.

    `rows` are `(table, values)`; a row whose key is already there is left as it is.
    """

    job: Job
    state: Literal["done", "failed", "delayed", "released"]
    events: Sequence[Event] = ()
    rows: Sequence[tuple[Table, dict[str, Any]]] = ()
    error: DocumentError | None = None
    delay: float = 0.0
    throttled: bool = False

    @property
    def end(self) -> str | None:
        """The event that tells of the end, encoded, to be repeated when somebody asks again."""
        return self.events[-1].to_bytes().decode() if self.events and self.letter in "xf" else None

    @property
    def letter(self) -> str:
        return {"done": "x", "failed": "f", "delayed": "d", "released": "q"}[self.state]

    @property
    def word(self) -> str:
        """For metrics."""
        if self.throttled:
            return "throttled"
        return {"done": "ok", "failed": "dead", "delayed": "retry", "released": "released"}[self.state]

    def within(self, retries: Retries) -> Self:
        """As it is, but failed where the job would be tried more often than it may."""
        spent = self.job.attempts >= retries.max_attempts and not self.throttled
        return replace(self, state="failed") if self.state == "delayed" and spent else self


async def enqueue(tx: Transaction, jobs: Sequence[NewJob]) -> int:
    """Add jobs; those already known are left alone. Returns how many were new."""
    note(tx, "jobs")
    ((added,),) = await rows(
        tx,
        "SELECT enqueue($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::smallint[], $6::text[])",
        *columns_of(jobs),
    )
    return int(added)


def columns_of(jobs: Sequence[NewJob]) -> tuple[list[UUID], list[UUID], list[UUID], list[int], list[int], list[str]]:
    """As `enqueue` and `take_in` want them."""
    return (
        [job.tenant_id for job in jobs],
        [job.batch_id for job in jobs],
        [job.subject for job in jobs],
        [job.generation for job in jobs],
        [job.priority.lane for job in jobs],
        [job.event.decode() for job in jobs],
    )


async def claim(db: Database, *, worker: UUID, slots: int, idle: bool, max_run: timedelta) -> list[Job]:
    """Claim up to `slots` jobs fairly.

    What a dead worker had in hand comes only to an idle one and beside nothing else: together at first, each alone after
    the second death.
    """
    return [_job(row) for row in await db.ask(_CLAIM, worker, slots, idle, max_run)]


# The rows are locked in one order for all: a cancel locks the same ones.
_FINISH = """
WITH held AS (
  SELECT u.* FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::float8[], $7::bool[], $8::text[])
    AS u (subject, generation, lease, s, e, delay, throttled, o)
  JOIN jobs j ON j.subject = u.subject AND j.generation = u.generation AND j.lease = u.lease AND j.state = 'r'
  ORDER BY j.subject, j.generation FOR UPDATE OF j
)
UPDATE jobs j SET state = u.s::"char", lease = NULL, worker = NULL, deadline = NULL, error = u.e::jsonb,
  attempts = j.attempts - (u.throttled OR u.s = 'q')::int, throttled = j.throttled + u.throttled::int,
  run_at = CASE WHEN u.s = 'd' THEN clock_timestamp() + u.delay * interval '1 second' END,
  finished_at = CASE WHEN u.s IN ('x', 'f') THEN clock_timestamp() END, outcome = u.o
FROM held u WHERE j.subject = u.subject AND j.generation = u.generation AND j.lease = u.lease AND j.state = 'r'
RETURNING j.subject, j.generation,
  EXISTS (SELECT FROM jobs WHERE state = 'q') OR EXISTS (SELECT FROM jobs WHERE state = 's') AS more
"""


async def finish(tx: Transaction, outcomes: Sequence[Outcome]) -> set[tuple[UUID, int]]:
    """End many jobs in one transaction. Returns those whose lease still held; the rest left no trace.

    Notes `jobs` when others wait, whether they may run or not.
    """
    result = await rows(
        tx,
        _FINISH,
        [outcome.job.subject for outcome in outcomes],
        [outcome.job.generation for outcome in outcomes],
        [outcome.job.lease for outcome in outcomes],
        [outcome.letter for outcome in outcomes],
        [outcome.error.model_dump_json() if outcome.error else None for outcome in outcomes],
        [outcome.delay for outcome in outcomes],
        [outcome.throttled for outcome in outcomes],
        [outcome.end for outcome in outcomes],
    )
    if not result or result[0].more or any(outcome.letter == "q" for outcome in outcomes):
        note(tx, "jobs")
    held = {(row.subject, row.generation) for row in result}
    mine = [outcome for outcome in outcomes if outcome.job.key in held]
    await _write_rows(tx, mine)
    await publish(tx, [event for outcome in mine for event in outcome.events])
    return held


_HAND_BACK = """
UPDATE jobs SET state = CASE WHEN crashes > 0 THEN 's' ELSE 'q' END::"char", attempts = attempts - 1,
  worker = NULL, lease = NULL, deadline = NULL
WHERE state = 'r' AND worker = $1 AND ($2::uuid[] IS NULL OR lease = ANY($2))
"""


async def hand_back(tx: Transaction, *, worker: UUID, leases: Sequence[UUID] | None = None) -> None:
    """Let others have what this worker holds, or only these leases of it. The attempt that did not happen is not counted."""
    await run_sql(tx, _HAND_BACK, worker, leases)


async def keep_ends(tx: Transaction, ends: Sequence[tuple[Job, Event]]) -> None:
    """Remember the events that tell of jobs which `sweep` has failed."""
    await run_sql(
        tx,
        "UPDATE jobs j SET outcome = u.o FROM unnest($1::uuid[], $2::int[], $3::text[]) AS u (subject, generation, o)"
        " WHERE j.subject = u.subject AND j.generation = u.generation",
        [job.subject for job, _ in ends],
        [job.generation for job, _ in ends],
        [event.to_bytes().decode() for _, event in ends],
    )


async def _write_rows(tx: Transaction, outcomes: Sequence[Outcome]) -> None:
    tables: dict[Table, list[dict[str, Any]]] = {}
    for outcome in outcomes:
        for table, values in outcome.rows:
            tables.setdefault(table, []).append(values)
    for table, values_list in tables.items():
        await write_rows(tx, table, values_list)


async def count_lost(tx: Transaction) -> int:
    """How many jobs the sweep in this transaction will take from their workers. Takes the lock that sweeps take."""
    await run_sql(tx, "SELECT pg_advisory_xact_lock(4711)")
    found = await rows(
        tx,
        "SELECT count(*) AS jobs FROM jobs j WHERE state = 'r' AND (deadline < clock_timestamp() OR NOT EXISTS ("
        " SELECT FROM workers w WHERE w.worker = j.worker AND w.seen >= clock_timestamp() - $1::interval))",
        SILENCE,
    )
    return int(found[0].jobs)


async def sweep(tx: Transaction, *, delay: float, retries: Retries = STANDARD) -> list[Job]:
    """Give away the jobs of silent workers, end those past their deadline, promote what is due.

    Returns the jobs that failed for good by it: their events are the caller's to publish in the same transaction.
    """
    failed = await rows(
        tx,
        _SWEEP,
        SILENCE,
        retries.max_attempts,
        retries.max_crashes,
        timedelta(seconds=delay),
    )
    if not retries.suspects:
        await run_sql(tx, "UPDATE jobs SET state = 'q' WHERE state = 's'")
    return [_job(row) for row in failed]


def _job(row: Any) -> Job:
    return Job(
        subject=row.subject,
        generation=row.generation,
        tenant_id=row.tenant_id,
        batch_id=row.batch_id,
        lease=row.lease,
        attempts=row.attempts,
        crashes=row.crashes,
        event=row.event.encode(),
        priority=Priority.of_lane(row.lane),
        waited=(row.started_at - row.created_at).total_seconds() if row.started_at else 0.0,
    )
