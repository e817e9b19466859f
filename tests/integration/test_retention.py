"""History goes after its time, in lots, and nothing that is still needed goes with it."""

from datetime import timedelta

from services.ingest.retention import delete_old_batches
from shared.db import Database, rows, run_sql
from shared.jobs import Outcome
from shared.retention import IDLE_FLOWS, decided_letters, forget
from tests.integration.chain import Chain
from tests.integration.test_queue import a_worker, add, end, new_jobs, take

MONTH = timedelta(days=30)


async def count(db: Database, table: str) -> int:
    async with db.transaction() as tx:
        return int((await rows(tx, f"SELECT count(*) AS n FROM {table}"))[0].n)


async def a_letter(db: Database, *, fate: str | None, days: int) -> None:
    async with db.transaction() as tx:
        await run_sql(
            tx,
            "INSERT INTO dead_letters (queue, reason, body, fate, decided_at)"
            " VALUES ('extractor', 'a test', '', $1, CASE WHEN $1::text IS NULL THEN NULL ELSE now() - make_interval(days => $2) END)",
            fate,
            days,
        )


async def test_letters_go_that_were_decided_on_long_ago_and_no_others(extractor_db: Database):
    await a_letter(extractor_db, fate="dropped", days=40)
    await a_letter(extractor_db, fate="redriven", days=3)
    await a_letter(extractor_db, fate=None, days=0)

    assert await forget(extractor_db, decided_letters(MONTH)) == 1
    assert await count(extractor_db, "dead_letters") == 2


async def test_more_than_one_lot_goes_lot_by_lot(extractor_db: Database):
    async with extractor_db.transaction() as tx:
        await run_sql(
            tx,
            "INSERT INTO dead_letters (queue, reason, body, fate, decided_at)"
            " SELECT 'extractor', 'a test', '', 'dropped', now() - interval '40 days' FROM generate_series(1, 1500)",
        )

    assert [await forget(extractor_db, decided_letters(MONTH)) for _ in range(3)] == [1000, 500, 0]


async def test_a_batch_keeps_its_place_in_the_queue_until_its_last_job_has_ended(extractor_db: Database):
    await add(extractor_db, new_jobs(2))
    assert await forget(extractor_db, IDLE_FLOWS) == 0

    worker = await a_worker(extractor_db)
    for job in await take(extractor_db, 2, worker=worker):
        await end(extractor_db, Outcome(job, "done"))

    assert await forget(extractor_db, IDLE_FLOWS) > 0
    assert await count(extractor_db, "flows") == 0
    assert await add(extractor_db, new_jobs(1)) == 1


async def test_every_history_that_is_wired_can_be_forgotten_by_its_service(chain: Chain):
    """The worker's role may do it, and the condition is one."""
    await chain.ended(await chain.submit(1))
    for name, service in chain.services.items():
        for history in [*service.history, *([IDLE_FLOWS] if service.worker else [])]:
            await forget(chain.db(name), history)


async def test_what_is_recent_stays(chain: Chain):
    batch = await chain.submit(1)
    await chain.ended(batch)
    for history in chain.services["ingest"].history:
        await forget(chain.db("ingest"), history)

    assert await chain.ask("ingest", "SELECT 1 FROM quota_ledger WHERE batch_id = $1", batch)


async def test_batches_to_which_nothing_happens_any_more_are_deleted_where_that_is_wanted(chain: Chain):
    old, recent, running = await chain.submit(1), await chain.submit(1), await chain.submit(1)
    for batch in (old, recent, running):
        await chain.ended(batch)
    await chain.ask(
        "ingest",
        "UPDATE batches SET created_at = now() - interval '40 d', told_at = now() - interval '40 d' WHERE batch_id = $1 RETURNING 1",
        old,
    )
    await chain.ask(
        "ingest",
        "UPDATE batches SET created_at = now() - interval '40 d', told_at = now() - interval '40 d', generation = 2 WHERE batch_id = $1 RETURNING 1",
        running,
    )
    deleted = await delete_old_batches(chain.db("ingest"), kept=MONTH)

    states = [
        await chain.ask("ingest", "SELECT deleted_at FROM batches WHERE batch_id = $1", one)
        for one in (old, recent, running)
    ]
    assert deleted == 1
    assert [found[0].deleted_at is not None for found in states] == [True, False, False]
