"""How often a worker asks for jobs, and when."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from shared.bell import Bell
from shared.db import Database, run_sql
from shared.errors import Stage
from shared.jobs import Job, NewJob, Outcome, enqueue
from shared.vocabulary import Priority
from shared.worker import Worker
from tests.makers import a_document_failed
from tests.stores import SettingsOf


class Asked(Database):
    """Counts the claims."""

    claims = 0

    async def ask(self, sql: str, *parameters: Any) -> Sequence[Any]:
        self.claims += "claim(" in sql
        return await super().ask(sql, *parameters)


async def end_at_once(job: Job) -> Outcome:
    return Outcome(job, "done", events=[a_document_failed(document_id=job.subject)])


@asynccontextmanager
async def a_worker(settings_of: SettingsOf, *, slots: int, jobs: int) -> AsyncIterator[tuple[Asked, Bell]]:
    db, bell, tenant = Asked(settings_of("extractor").database_url), Bell(), uuid4()
    async with db.transaction() as tx:
        await enqueue(tx, [NewJob(tenant, tenant, uuid4(), 1, Priority.NORMAL, b'{"data": {}}') for _ in range(jobs)])
    worker = Worker(db=db, bell=bell, run=end_at_once, failed=None, stage=Stage.EXTRACT, slots=slots)
    await worker.register()
    working = asyncio.create_task(worker.run())
    bell.jobs.set()
    yield db, bell
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await db.close()


async def test_where_nothing_else_waits_a_job_costs_one_claim(extractor_db: Database, settings_of: SettingsOf):
    async with a_worker(settings_of, slots=2, jobs=1) as (db, bell):
        await bell.outbox.wait()

        assert db.claims == 1


async def test_the_next_job_is_claimed_before_anybody_hears_of_the_last(
    extractor_db: Database, settings_of: SettingsOf
):
    async with a_worker(settings_of, slots=1, jobs=2) as (db, bell):
        await bell.outbox.wait()

        assert db.claims >= 2


async def test_all_that_waits_is_run_without_another_bell(extractor_db: Database, settings_of: SettingsOf):
    async with a_worker(settings_of, slots=2, jobs=9) as (db, _):
        async with asyncio.timeout(30):
            while len(await db.ask("SELECT FROM jobs WHERE state = 'x'")) < 9:
                await asyncio.sleep(0.05)


async def test_a_suspect_waits_until_what_ran_before_it_is_written_down(extractor_db: Database):
    tenant = uuid4()
    async with extractor_db.transaction() as tx:
        await enqueue(tx, [NewJob(tenant, tenant, uuid4(), 1, Priority.NORMAL, b'{"data": {}}') for _ in range(2)])
        await run_sql(tx, "UPDATE jobs SET state = 's', crashes = 2")
    worker = Worker(db=extractor_db, bell=Bell(), run=end_at_once, failed=None, stage=Stage.EXTRACT, slots=4)
    await worker.register()

    await worker._claim_all()
    while worker.leases:
        await asyncio.sleep(0)
    await worker._claim_all()
    before = await _states(extractor_db)
    await worker._endings.drain()

    assert (before, await _states(extractor_db)) == (["r", "s"], ["r", "x"])


async def _states(db: Database) -> list[str]:
    return [row.state for row in await db.ask("SELECT state::text AS state FROM jobs ORDER BY 1")]
