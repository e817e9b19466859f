"""The worker loop: claim, run, finish in micro-batches, keep the leases alive, hand back on the way out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import structlog
from sqlalchemy.exc import DBAPIError

from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, rows, run_sql
from shared.endings import Endings
from shared.errors import Category, DocumentError, Permanent, Problem, Stage, Throttled, Transient
from shared.failpoints import failpoint
from shared.job_metrics import count_claimed, tell_slots
from shared.jobs import Job, Outcome, claim, count_lost, hand_back, keep_ends, sweep
from shared.metrics import JOB_ERRORS, JOB_RUN, LEASE_RECLAIMS, WORKER_PAUSED
from shared.outbox import publish
from shared.pace import Pace
from shared.queue_settings import READ, QueueSettings
from shared.retries import STANDARD, Retries
from shared.stage_times import with_times
from shared.tracing import from_here, is_tracing, span, traceparent_of

log = structlog.get_logger()

Run = Callable[[Job], Awaitable[Outcome]]
FailedEvent = Callable[[Job, DocumentError], Event]

_PAUSE_AFTER_FAILURE = 1.0
_HAND_BACK_AFTER = 11.0
_REGISTER = f"""
WITH known AS (
  INSERT INTO workers VALUES ($1, clock_timestamp()) ON CONFLICT (worker) DO UPDATE SET seen = excluded.seen
)
SELECT {READ}
"""  # noqa: S608  # a constant


class Worker:
    """Runs the jobs of one service's queue table, up to `slots` at a time unless operators have set it otherwise.

    `run` returns the outcome, or raises Permanent, Transient or Throttled. `failed` makes the event that tells of a job
    which failed for good; None where nobody waits for it. `room` says how many more make sense beside those running.
    """

    def __init__(
        self,
        *,
        db: Database,
        bell: Bell,
        run: Run,
        failed: FailedEvent | None,
        stage: Stage,
        slots: int,
        max_run: timedelta = timedelta(minutes=10),
        retries: Retries = STANDARD,
        room: Callable[[int], int] | None = None,
    ) -> None:
        self._db = db
        self._bell = bell
        self._run = run
        self._failed = failed
        self._stage = stage
        self.usual_slots = self._slots = slots
        self._max_run = max_run
        self.usual_retries = self._retries = retries
        self._settings = QueueSettings()
        self._room = room
        self.id = uuid4()
        self._running: dict[UUID, asyncio.Task[None]] = {}  # by lease
        self._endings = Endings(db, stage=stage, unstorable=self._unstorable, committed=self._go_on)
        self._unknown: set[UUID] = set()
        self._claiming = asyncio.Lock()
        self._more_waits = True  # than was claimed, as far as is known
        self._came_too_early = False  # a claim, for a tenant whose jobs were all running until their end is committed
        self._suspects_run = False
        self.suspects_wait = False
        self._stopping = False
        LEASE_RECLAIMS.labels(db.name)
        WORKER_PAUSED.labels(db.name).set(self._settings.paused)
        self._tell_slots()

    async def run(self) -> None:
        """Claim and run jobs until cancelled. `register` comes first."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._endings.run())
            tasks.create_task(self._claim_jobs())

    async def register(self) -> None:
        """Make this worker known, so that its leases count, and know how its queue is set before the first claim."""
        async with self._db.transaction(durable=False) as tx:
            (settings,) = await rows(tx, _REGISTER, self.id)
        self.follow(QueueSettings.of(settings))

    def follow(self, settings: QueueSettings) -> None:
        """From now on. What runs goes on, also where it is more than may run now."""
        if settings == self._settings:
            return
        log.info("queue_settings_followed", stage=self._stage, **settings.model_dump())
        self._settings = settings
        self._slots = settings.slots or self.usual_slots
        self._retries = replace(self.usual_retries, most=settings.retries)
        WORKER_PAUSED.labels(self._db.name).set(settings.paused)
        self._tell_slots()
        self._bell.jobs.set()

    async def start_anew(self) -> None:
        """This worker was declared dead: its jobs belong to others now, so its work is dropped."""
        log.warning("worker_was_declared_dead", stage=self._stage, dropped=len(self._running))
        for task in list(self._running.values()):
            task.cancel()
        self.id = uuid4()
        await self.register()

    @property
    def leases(self) -> set[UUID]:
        """What runs here right now."""
        return set(self._running)

    def give_up(self, leases: set[UUID]) -> None:
        """Stop the work of these leases: they no longer hold, so its results would find no row."""
        stopped = [task for lease, task in self._running.items() if lease in leases]
        for task in stopped:
            task.cancel()
        if stopped:
            log.info("jobs_given_up", stage=self._stage, jobs=len(stopped))

    async def hand_back(self, held: set[UUID]) -> None:
        """Of the leases that we hold by the table, give back those that nothing here knows of: the answer to their claim was lost.

        Only what was unknown the last time as well: a claim may be under way.
        """
        unknown = held - self.leases - self._endings.uncommitted
        lost, self._unknown = unknown & self._unknown, unknown
        if lost:
            async with self._db.transaction() as tx:
                await hand_back(tx, worker=self.id, leases=list(lost))
            log.warning("jobs_handed_back", stage=self._stage, jobs=len(lost))
            self._bell.ring()

    async def sweep(self) -> None:
        """Tend the queue: silent workers, deadlines, delayed jobs that came due."""
        async with self._db.transaction() as tx:
            reclaimed = await count_lost(tx)
            lost = await sweep(tx, delay=self._retries.after_death(), retries=self._retries)
            ends = [(job, event) for job in lost for event in self._failure(job, self._lost_error(job))]
            await keep_ends(tx, ends)
            await publish(tx, [event for _, event in ends])
        LEASE_RECLAIMS.labels(self._db.name).inc(reclaimed)
        self._bell.ring()

    async def drain(self) -> None:
        """Stop claiming, let running jobs finish for a while, hand the others back."""
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running.values(), timeout=_HAND_BACK_AFTER)
        for task in list(self._running.values()):
            task.cancel()
        await self._endings.drain()
        async with self._db.transaction() as tx:
            await hand_back(tx, worker=self.id)
            await run_sql(tx, "DELETE FROM workers WHERE worker = $1", self.id)

    async def _claim_jobs(self) -> None:
        pace = Pace()
        while not self._stopping:
            await self._bell.jobs.wait()
            await pace.rested()
            self._bell.jobs.clear()
            with pace.working():
                claimed = await self._claim_all()
            if not claimed:
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)
                self._bell.jobs.set()

    async def _claim_all(self) -> bool:
        """Fill the free slots with what waits; tells whether that worked."""
        try:
            async with self._claiming:
                while await self._claim_once():
                    pass
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("claim_failed", stage=self._stage, error=type(error).__name__)
            return False
        return True

    async def _claim_once(self) -> bool:
        """Fill the free slots once; tells whether it is worth asking again at once."""
        self._more_waits = True
        free = self._slots - len(self._running)
        if self._room:
            free = min(free, self._room(len(self._running)))
        if self._stopping or self._settings.paused or self._suspects_run or free < 1:
            return False
        # What is not written down yet would be taken for the work of a worker that dies now.
        idle = not self._running and not self._endings.uncommitted
        if self.suspects_wait and not idle:
            self._came_too_early = True
            return False  # run empty first: suspects run beside nothing else
        jobs = await claim(self._db, worker=self.id, slots=free, idle=idle, max_run=self._max_run)
        self._suspects_run = idle and bool(jobs) and all(job.crashes for job in jobs)
        await failpoint("job.after_claim")
        for job in jobs:
            assert job.lease is not None
            task = asyncio.create_task(self._run_one(job))
            self._running[job.lease] = task
            task.add_done_callback(partial(self._slot_is_free, job.lease))
        count_claimed(self._db.name, jobs)
        self._tell_slots()
        self._more_waits = len(jobs) == free
        self._came_too_early |= bool(self._endings.uncommitted) and not self._more_waits
        return self._more_waits

    async def _go_on(self, wrote: set[str]) -> None:
        """After a commit. First the next jobs, where some wait: what is told of these keeps all others busy."""
        if "jobs" in wrote or self._came_too_early:
            self._came_too_early = False
            claimed = await self._claim_all()
            wrote = wrote - {"jobs"} | {"others" if claimed else "jobs"}
        self._bell.ring(wrote)

    def _unstorable(self, job: Job) -> Outcome:
        return self._after(Permanent(Category.INTERNAL, "The result could not be stored."), job)

    def _tell_slots(self) -> None:
        tell_slots(self._db.name, busy=len(self._running), slots=self._slots)

    def _slot_is_free(self, lease: UUID, _task: asyncio.Task[None]) -> None:
        del self._running[lease]
        self._tell_slots()
        if not self._running:
            self._suspects_run = False
        if self._more_waits:
            self._bell.jobs.set()

    async def _run_one(self, job: Job) -> None:
        began = time.monotonic()
        parent = traceparent_of(job.event) if is_tracing() else None
        about = {"tenant": str(job.tenant_id), "batch": str(job.batch_id), "document": str(job.subject)}
        with structlog.contextvars.bound_contextvars(**about), span(self._stage, parent=parent) as current:
            outcome = (await self._outcome_of(job)).within(self._retries)
            current.set_attributes({"ingestio.attempt": job.attempts, "ingestio.outcome": outcome.word})
            if is_tracing():
                outcome = replace(outcome, events=from_here(outcome.events))
        worked = time.monotonic() - began
        JOB_RUN.labels(self._db.name, outcome.word).observe(worked)
        self._endings.add(with_times(outcome, stage=self._stage, worked=worked))

    async def _outcome_of(self, job: Job) -> Outcome:
        try:
            async with asyncio.timeout(self._max_run.total_seconds()) as limit:
                await failpoint(f"job.{job.subject}")
                return await self._run(job)
        except Problem as problem:
            return self._after(problem, job)
        except TimeoutError:
            if limit.expired():
                return self._after(Transient(Category.TIMED_OUT, self._too_long()), job)
            return self._after(Transient(Category.INTERNAL, "A part of the system did not answer in time."), job)
        except Exception as error:  # the border of the job: whatever it raises is its own, and is told
            log.exception("job_raised", stage=self._stage, error=type(error).__name__)
            return self._after(Transient(Category.INTERNAL, "Something unexpected went wrong."), job)

    def _after(self, problem: Problem, job: Job) -> Outcome:
        error = DocumentError.of(problem.category, self._stage, problem.message, attempts=job.attempts)
        kind = type(problem).__name__
        JOB_ERRORS.labels(self._db.name, problem.category, kind.lower()).inc()
        log.info("job_raised_problem", stage=self._stage, category=problem.category, kind=kind)
        delay = self._retries.after(problem, attempts=job.attempts)
        if delay is None:
            return Outcome(job, "failed", error=error, events=self._failure(job, error))
        return Outcome(job, "delayed", error=error, delay=delay, throttled=isinstance(problem, Throttled))

    def _failure(self, job: Job, error: DocumentError) -> list[Event]:
        return [self._failed(job, error)] if self._failed else []

    def _lost_error(self, job: Job) -> DocumentError:
        died = job.crashes >= self._retries.max_crashes
        category = Category.WORKER_LOST if died else Category.TIMED_OUT
        message = "Its worker died each time." if died else self._too_long()
        return DocumentError.of(category, self._stage, message, attempts=job.attempts)

    def _too_long(self) -> str:
        return f"It ran longer than the {self._max_run.total_seconds() / 60:g} minutes it may."
