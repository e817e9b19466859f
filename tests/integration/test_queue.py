"""The queue table: who gets what, when, and how often."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from ingestio.stack import Urls
from shared.db import Database, rows, run_sql
from shared.errors import Category, DocumentError, Stage
from shared.jobs import Job, NewJob, Outcome, claim, enqueue, finish, sweep
from shared.migrations import database_of
from shared.retries import STANDARD
from shared.vocabulary import Priority
from tests import makers

MINUTE = timedelta(minutes=1)


def new_jobs(count: int, **changes: object) -> list[NewJob]:
    values = {"tenant_id": uuid4(), "batch_id": uuid4(), "generation": 1, "priority": Priority.NORMAL, "event": b"{}"}
    return [NewJob(**(values | {"subject": uuid4()} | changes)) for _ in range(count)]  # type: ignore[arg-type]  # by name


async def add(db: Database, jobs: list[NewJob]) -> int:
    async with db.transaction() as tx:
        return await enqueue(tx, jobs)


async def a_worker(db: Database) -> UUID:
    worker = uuid4()
    async with db.transaction() as tx:
        await run_sql(tx, "INSERT INTO workers VALUES ($1, clock_timestamp())", worker)
    return worker


async def take(db: Database, slots: int, *, worker: UUID | None = None, idle: bool = False) -> list[Job]:
    return await claim(db, worker=worker or await a_worker(db), slots=slots, idle=idle, max_run=MINUTE)


async def states(db: Database) -> dict[str, int]:
    async with db.transaction() as tx:
        counted = await rows(tx, "SELECT state::text AS state, count(*) AS n FROM jobs GROUP BY 1")
    return {row.state: row.n for row in counted}


async def kill(db: Database, worker: UUID) -> list[Job]:
    """The worker falls silent, and the sweeper notices."""
    async with db.transaction() as tx:
        await run_sql(tx, "UPDATE workers SET seen = seen - interval '1 minute' WHERE worker = $1", worker)
        return await sweep(tx, delay=10)


async def end(db: Database, *outcomes: Outcome) -> int:
    async with db.transaction() as tx:
        return len(await finish(tx, outcomes))


async def test_a_job_is_enqueued_once_however_often_its_event_comes(extractor_db: Database):
    jobs = new_jobs(3)

    assert [await add(extractor_db, jobs + jobs), await add(extractor_db, jobs)] == [3, 0]


async def test_concurrent_claims_never_give_one_job_twice(extractor_db: Database):
    await add(extractor_db, new_jobs(60))

    claimed = await asyncio.gather(*(take(extractor_db, 10) for _ in range(6)))

    assert len({job.subject for jobs in claimed for job in jobs}) == 60


async def test_a_small_tenant_does_not_wait_behind_a_large_one(extractor_db: Database):
    await add(extractor_db, large := new_jobs(200))
    await take(extractor_db, 20)
    await add(extractor_db, small := new_jobs(5))

    taken = Counter(job.tenant_id for job in await take(extractor_db, 10))

    assert taken == {small[0].tenant_id: 5, large[0].tenant_id: 5}


async def test_a_small_batch_does_not_wait_behind_a_large_one_of_its_tenant(extractor_db: Database):
    tenant = uuid4()
    await add(extractor_db, new_jobs(200, tenant_id=tenant))
    await take(extractor_db, 20)
    await add(extractor_db, small := new_jobs(3, tenant_id=tenant))

    taken = {job.batch_id for job in await take(extractor_db, 8)}

    assert small[0].batch_id in taken


async def test_high_priority_is_a_weight_and_starves_nobody(extractor_db: Database):
    tenant = uuid4()
    await add(extractor_db, low := new_jobs(20, tenant_id=tenant, priority=Priority.LOW))
    await add(extractor_db, high := new_jobs(100, tenant_id=tenant, priority=Priority.HIGH))

    taken = Counter(job.batch_id for job in await take(extractor_db, 64))

    assert taken[high[0].batch_id] > 10 * taken[low[0].batch_id] > 0


async def test_a_tenant_never_runs_more_than_its_cap(extractor_db: Database):
    jobs = new_jobs(30)
    async with extractor_db.transaction() as tx:
        await run_sql(tx, "INSERT INTO shares VALUES ($1, 1, 4)", jobs[0].tenant_id)
    await add(extractor_db, jobs)

    claimed = await asyncio.gather(*(take(extractor_db, 10) for _ in range(3)))

    assert sum(map(len, claimed)) == 4


async def test_a_finished_job_cannot_be_finished_again(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    (job,) = await take(extractor_db, 1)

    assert [await end(extractor_db, Outcome(job, "done")) for _ in range(2)] == [1, 0]


async def test_events_of_a_lost_lease_are_not_written(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    worker = await a_worker(extractor_db)
    (zombie,) = await take(extractor_db, 1, worker=worker)
    await kill(extractor_db, worker)

    await end(extractor_db, Outcome(zombie, "done", events=[makers.a_document_cancelled()]))

    async with extractor_db.transaction() as tx:
        assert (await rows(tx, "SELECT count(*) FROM outbox"))[0][0] == 0


async def test_a_dead_workers_job_goes_to_another_and_costs_no_attempt(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    worker = await a_worker(extractor_db)
    await take(extractor_db, 1, worker=worker)
    await kill(extractor_db, worker)

    (again,) = await take(extractor_db, 1, idle=True)

    assert (again.attempts, again.crashes) == (1, 1)


async def test_what_a_dead_worker_had_in_hand_runs_together_and_beside_nothing_else(extractor_db: Database):
    await add(extractor_db, new_jobs(6))
    worker = await a_worker(extractor_db)
    await take(extractor_db, 3, worker=worker)
    await kill(extractor_db, worker)

    busy = await take(extractor_db, 1, idle=False)
    together = await take(extractor_db, 5, idle=True)

    assert ([job.crashes for job in busy], [job.crashes for job in together]) == ([0], [1, 1, 1])


async def test_after_two_deaths_a_suspect_runs_alone(extractor_db: Database):
    await add(extractor_db, new_jobs(2))
    for _ in range(2):
        worker = await a_worker(extractor_db)
        await take(extractor_db, 2, worker=worker, idle=True)
        await kill(extractor_db, worker)

    await add(extractor_db, new_jobs(1))
    rounds = [await take(extractor_db, 3, idle=True) for _ in range(3)]

    assert [[job.crashes for job in jobs] for jobs in rounds] == [[2], [2], [0]]


async def test_suspects_of_one_death_go_before_those_of_two(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    for _ in range(2):
        worker = await a_worker(extractor_db)
        await take(extractor_db, 1, worker=worker, idle=True)
        await kill(extractor_db, worker)
    await add(extractor_db, new_jobs(2))
    worker = await a_worker(extractor_db)
    await take(extractor_db, 2, worker=worker)
    await kill(extractor_db, worker)

    rounds = [await take(extractor_db, 3, idle=True) for _ in range(2)]

    assert [[job.crashes for job in jobs] for jobs in rounds] == [[1, 1], [2]]


async def test_the_third_crash_fails_the_job_for_good(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    failed: list[Job] = []
    for _ in range(3):
        worker = await a_worker(extractor_db)
        await take(extractor_db, 1, worker=worker, idle=True)
        failed += await kill(extractor_db, worker)

    assert [job.crashes for job in failed] == [3]
    assert await states(extractor_db) == {"f": 1}


async def test_a_delayed_job_is_not_ready_before_its_time(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    (job,) = await take(extractor_db, 1)
    error = DocumentError.of(Category.PROVIDER_UNAVAILABLE, Stage.EXTRACT, "away")
    await end(extractor_db, Outcome(job, "delayed", error=error, delay=60))

    async with extractor_db.transaction() as tx:
        await sweep(tx, delay=10)

    assert await states(extractor_db) == {"d": 1}
    assert await take(extractor_db, 1) == []


async def test_a_delayed_job_that_came_due_is_ready_again(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    (job,) = await take(extractor_db, 1)
    await end(extractor_db, Outcome(job, "delayed", delay=-1))

    async with extractor_db.transaction() as tx:
        await sweep(tx, delay=10)
    (again,) = await take(extractor_db, 1)

    assert again.attempts == 2


async def test_throttling_uses_up_no_attempt(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    for _ in range(6):
        (job,) = await take(extractor_db, 1)
        await end(extractor_db, Outcome(job, "delayed", delay=-1, throttled=True))
        async with extractor_db.transaction() as tx:
            await sweep(tx, delay=10)

    assert job.attempts == 1


async def test_a_job_past_its_deadline_uses_up_its_attempts_and_fails(extractor_db: Database):
    await add(extractor_db, new_jobs(1))
    failed: list[Job] = []
    for _ in range(STANDARD.max_attempts):
        await claim(
            extractor_db, worker=await a_worker(extractor_db), slots=1, idle=False, max_run=timedelta(seconds=-1)
        )
        async with extractor_db.transaction() as tx:
            failed += await sweep(tx, delay=-1)  # gives the attempt up
            failed += await sweep(tx, delay=-1)  # and makes it ready again

    assert [job.attempts for job in failed] == [STANDARD.max_attempts]


async def test_sessions_go_on_claiming_when_a_migration_added_a_column_and_another_dropped_it(
    extractor_db: Database, urls: Urls
):
    worker = await a_worker(extractor_db)
    admin = await asyncpg.connect(urls.postgres, database=database_of("extractor"))
    for change in ("ADD COLUMN of_the_next_release text", "DROP COLUMN of_the_next_release"):
        await admin.execute(f"ALTER TABLE jobs {change}")
        await add(extractor_db, new_jobs(1))
        assert len(await take(extractor_db, 1, worker=worker)) == 1
    await admin.close()


GROWN = """
INSERT INTO jobs (subject, generation, tenant_id, batch_id, lane, tag, event)
SELECT gen_random_uuid(), 1, $1, $2, 2, n / 4.0, '{}' FROM generate_series(1, 20000) n
"""
READ = """
SELECT sum(pg_stat_get_xact_tuples_returned(name::regclass)) AS read
FROM unnest(ARRAY['jobs', 'jobs_pkey', 'jobs_ready']) AS name
"""


async def test_a_claim_that_was_planned_on_a_short_queue_reads_little_of_a_long_one(extractor_db: Database):
    await add(extractor_db, new_jobs(100))
    worker, asked = await a_worker(extractor_db), "SELECT count(*) FROM claim($1, 4, false, interval '1 minute')"
    async with extractor_db.transaction() as tx:
        for _ in range(10):  # PostgreSQL keeps the sixth plan
            await rows(tx, asked, worker)
        await run_sql(tx, GROWN, uuid4(), uuid4())
        ((before,),) = await rows(tx, READ)
        await rows(tx, asked, worker)
        ((after,),) = await rows(tx, READ)

    assert after - before < 1000
