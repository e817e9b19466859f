"""What becomes of a job that raised, as a table."""

from uuid import uuid4

import pytest

from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database
from shared.errors import Category, DocumentError, Permanent, Problem, Stage, Throttled, Transient
from shared.jobs import MAX_ATTEMPTS, RETRY_DELAYS, Job
from shared.worker import Worker
from tests import makers

REJECTED = Permanent(Category.PROVIDER_REJECTED, "no")
AWAY = Transient(Category.PROVIDER_UNAVAILABLE, "away")
BUSY = Throttled(Category.PROVIDER_UNAVAILABLE, "busy", retry_after=17)


def a_worker() -> Worker:
    async def never(_job: Job) -> None:
        raise AssertionError

    def failed(job: Job, error: DocumentError) -> Event:
        return makers.a_document_failed(document_id=job.subject, error=error)

    url = "postgresql://nobody@localhost:1/none"
    return Worker(db=Database(url), bell=Bell(), run=never, failed=failed, stage=Stage.EXTRACT, slots=1)  # type: ignore[arg-type]  # never called


def a_job(attempts: int) -> Job:
    return Job(
        subject=uuid4(),
        generation=1,
        tenant_id=makers.TENANT,
        batch_id=uuid4(),
        lease=uuid4(),
        attempts=attempts,
        crashes=0,
        event=b"{}",
    )


@pytest.mark.parametrize(
    ("problem", "attempts", "state"),
    [
        (REJECTED, 1, "failed"),
        (AWAY, 1, "delayed"),
        (AWAY, MAX_ATTEMPTS - 1, "delayed"),
        (AWAY, MAX_ATTEMPTS, "failed"),
        (BUSY, 1, "delayed"),
        (BUSY, MAX_ATTEMPTS, "delayed"),
    ],
)
def test_what_becomes_of_a_job_that_raised(problem: Problem, attempts: int, state: str):
    assert a_worker()._after(problem, a_job(attempts)).state == state


def test_delays_grow_and_are_jittered():
    delays = [a_worker()._after(AWAY, a_job(attempt)).delay for attempt in range(1, MAX_ATTEMPTS)]

    assert delays == sorted(delays)
    assert all(least <= delay <= least * 1.25 for least, delay in zip(RETRY_DELAYS, delays, strict=True))


def test_throttling_waits_as_long_as_asked_and_uses_up_no_attempt():
    outcome = a_worker()._after(BUSY, a_job(1))

    assert outcome.throttled
    assert 17 <= outcome.delay <= 17 * 1.25


def test_a_job_that_failed_for_good_tells_it_once_with_advice():
    (event,) = a_worker()._after(REJECTED, a_job(2)).events

    assert event.error.attempts == 2  # type: ignore[attr-defined]  # a DocumentFailed
    assert event.error.advice  # type: ignore[attr-defined]  # a DocumentFailed


def test_a_delayed_job_tells_nothing():
    assert a_worker()._after(AWAY, a_job(1)).events == ()
