"""What a worker makes of a job that raised: what is told, and what is not."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.bell import Bell
from shared.db import Database
from shared.errors import Category, DocumentError, Permanent, Stage, Throttled, Transient
from shared.events import DocumentFailed
from shared.jobs import Job, Outcome
from shared.retries import Retries
from shared.worker import Run, Worker
from tests import makers

AWAY = Category.PROVIDER_UNAVAILABLE


async def after(error: BaseException | None, *, attempts: int = 1) -> Outcome:
    """Of a job that raises this, or that does not end."""

    async def run(_job: Job) -> Outcome:
        if error:
            raise error
        await asyncio.Event().wait()
        raise AssertionError

    worker = a_worker(run, max_run=timedelta(minutes=30 if error else 0))
    return await worker._outcome_of(a_job(attempts=attempts))


def a_worker(run: Run, *, max_run: timedelta) -> Worker:
    def failed(job: Job, error: DocumentError) -> DocumentFailed:
        return makers.a_document_failed(document_id=job.subject, error=error)

    db = Database("postgresql://nobody@localhost:1/none")
    return Worker(db=db, bell=Bell(), run=run, failed=failed, stage=Stage.EXTRACT, slots=1, max_run=max_run)


def a_job(*, attempts: int = 1, crashes: int = 0) -> Job:
    return Job(
        subject=uuid4(),
        generation=1,
        tenant_id=makers.TENANT,
        batch_id=uuid4(),
        lease=uuid4(),
        attempts=attempts,
        crashes=crashes,
        event=b"{}",
    )


async def test_a_job_that_failed_for_good_tells_it_once_with_advice():
    (event,) = (await after(Permanent(AWAY, "no"), attempts=2)).events

    assert isinstance(event, DocumentFailed)
    assert event.error.attempts == 2
    assert event.error.advice


async def test_a_delayed_job_tells_nothing():
    assert (await after(Transient(AWAY, "away"))).events == ()


async def test_throttling_waits_and_uses_up_no_attempt():
    assert (await after(Throttled(AWAY, "busy", retry_after=17), attempts=4)).throttled


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, "It ran longer than the 0 minutes it may."),
        (TimeoutError("every connection is busy"), "A part of the system did not answer in time."),
        (LookupError("of a value"), "Something unexpected went wrong."),
    ],
    ids=["no end", "a part's own time-out", "anything else"],
)
async def test_what_is_said_of_trouble_that_is_no_problem_of_the_document(error: Exception | None, said: str):
    outcome = await after(error)

    assert outcome.error
    assert outcome.error.message == said


@pytest.mark.parametrize(("attempts", "state"), [(1, "delayed"), (2, "delayed"), (3, "failed")])
def test_a_job_that_delays_itself_fails_where_it_was_tried_often_enough(attempts: int, state: str):
    outcome = Outcome(a_job(attempts=attempts), "delayed", delay=5)

    assert outcome.within(Retries(most=2)).state == state


def test_a_job_that_is_throttled_is_never_tried_often_enough():
    outcome = Outcome(a_job(attempts=3), "delayed", throttled=True)

    assert outcome.within(Retries(most=0)) == outcome


@pytest.mark.parametrize(
    ("crashes", "category", "said"),
    [
        (0, Category.TIMED_OUT, "It ran longer than the 30 minutes it may."),
        (2, Category.TIMED_OUT, "It ran longer than the 30 minutes it may."),
        (3, Category.WORKER_LOST, "Its worker died each time."),
    ],
)
def test_what_the_sweep_ended_is_said_to_have_lost_its_worker_only_when_it_has(
    crashes: int, category: Category, said: str
):
    async def run(job: Job) -> Outcome:
        return Outcome(job, "done")

    error = a_worker(run, max_run=timedelta(minutes=30))._lost_error(a_job(attempts=4, crashes=crashes))

    assert (error.category, error.message) == (category, said)
