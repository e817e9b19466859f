import asyncio
from datetime import timedelta
from uuid import UUID

from shared.bell import Bell
from shared.db import Database, rows
from shared.errors import Stage
from shared.jobs import Job, NewJob, Outcome, claim, enqueue
from shared.worker import Run, Worker
from tests.makers import a_document_classified


async def never(_job: Job) -> Outcome:
    return await asyncio.Future()


def a_worker(db: Database, *, run: Run = never) -> Worker:
    return Worker(db=db, bell=Bell(), run=run, failed=None, stage=Stage.EXTRACT, slots=1)


async def claimed_into_the_void(db: Database, worker: Worker) -> set[UUID]:
    """The leases of a claim that was committed and whose answer nobody got."""
    await worker.register()
    async with db.transaction() as tx:
        await enqueue(tx, [NewJob.about(a_document_classified())])
    lost = await claim(db, worker=worker.id, slots=1, idle=True, max_run=timedelta(minutes=30))
    return {job.lease for job in lost if job.lease}


async def states(db: Database) -> list[tuple[str, int]]:
    async with db.transaction() as tx:
        return [(row.state, row.attempts) for row in await rows(tx, "SELECT state::text AS state, attempts FROM jobs")]


async def test_a_claim_whose_answer_was_lost_is_handed_back(extractor_db: Database):
    worker = a_worker(extractor_db)
    held = await claimed_into_the_void(extractor_db, worker)
    for _ in range(2):
        await worker.hand_back(held)
    assert await states(extractor_db) == [("q", 0)]


async def test_a_claim_that_is_under_way_is_left_alone(extractor_db: Database):
    worker = a_worker(extractor_db)
    await worker.hand_back(await claimed_into_the_void(extractor_db, worker))
    assert await states(extractor_db) == [("r", 1)]


async def test_a_job_that_ran_and_is_not_written_down_yet_is_left_alone(extractor_db: Database):
    async def at_once(job: Job) -> Outcome:
        return Outcome(job, "done")

    worker = a_worker(extractor_db, run=at_once)
    await worker.register()
    async with extractor_db.transaction() as tx:
        await enqueue(tx, [NewJob.about(a_document_classified())])
    await worker._claim_once()
    held = worker.leases
    outcome = await worker._endings._waiting.get()
    for _ in range(2):
        await worker.hand_back(held)
    assert await states(extractor_db) == [("r", 1)]

    await worker._endings._commit([outcome])
    assert await states(extractor_db) == [("x", 1)]
