"""What a worker makes of a job that raised: what is told, and what is not."""

from uuid import uuid4

from shared.bell import Bell
from shared.db import Database
from shared.errors import Category, DocumentError, Permanent, Problem, Stage, Throttled, Transient
from shared.events import DocumentFailed
from shared.jobs import Job, Outcome
from shared.worker import Worker
from tests import makers

ABOUT = Category.PROVIDER_UNAVAILABLE


def after(problem: Problem, *, attempts: int) -> Outcome:
    async def never(_job: Job) -> Outcome:
        raise AssertionError

    def failed(job: Job, error: DocumentError) -> DocumentFailed:
        return makers.a_document_failed(document_id=job.subject, error=error)

    job = Job(
        subject=uuid4(),
        generation=1,
        tenant_id=makers.TENANT,
        batch_id=uuid4(),
        lease=uuid4(),
        attempts=attempts,
        crashes=0,
        event=b"{}",
    )
    db = Database("postgresql://nobody@localhost:1/none")
    return Worker(db=db, bell=Bell(), run=never, failed=failed, stage=Stage.EXTRACT, slots=1)._after(problem, job)


def test_a_job_that_failed_for_good_tells_it_once_with_advice():
    (event,) = after(Permanent(ABOUT, "no"), attempts=2).events

    assert isinstance(event, DocumentFailed)
    assert event.error.attempts == 2
    assert event.error.advice


def test_a_delayed_job_tells_nothing():
    assert after(Transient(ABOUT, "away"), attempts=1).events == ()


def test_throttling_waits_and_uses_up_no_attempt():
    assert after(Throttled(ABOUT, "busy", retry_after=17), attempts=4).throttled
