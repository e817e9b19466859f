"""A queue under tombstones: what is stopped leaves no trace, and who asks again hears the same end."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from services.extractor.extract_document import failed_event
from services.extractor.handlers import on_batch_deleted, on_cancel_requested, on_document_classified
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, rows, run_sql
from shared.errors import Category, DocumentError, Stage
from shared.events import DocumentClassified, DocumentExtracted, Share, decode
from shared.jobs import Job, Outcome, claim, finish
from shared.worker import Worker
from tests import makers


def a_batch(documents: int) -> list[DocumentClassified]:
    batch_id = uuid4()
    return [makers.a_document_classified(batch_id=batch_id) for _ in range(documents)]


async def hear(db: Database, *events: DocumentClassified) -> None:
    async with db.transaction() as tx:
        await on_document_classified(events, tx=tx)


async def stop(db: Database, event: Event, *, generation: int = 1) -> None:
    async with db.transaction() as tx:
        asked = makers.a_cancel_requested(batch_id=event.batch_id, tenant_id=event.tenant_id, generation=generation)
        await on_cancel_requested([asked], tx=tx)


async def erase(db: Database, event: Event) -> None:
    async with db.transaction() as tx:
        await on_batch_deleted([makers.a_batch_deleted(batch_id=event.batch_id, tenant_id=event.tenant_id)], tx=tx)


async def take(db: Database, slots: int = 1) -> list[Job]:
    worker = uuid4()
    async with db.transaction() as tx:
        await run_sql(tx, "INSERT INTO workers VALUES ($1, clock_timestamp())", worker)
    return await claim(db, worker=worker, slots=slots, idle=True, max_run=timedelta(minutes=1))


def a_success(job: Job) -> Outcome:
    document = decode(job.event)
    assert isinstance(document, DocumentClassified)
    extracted = DocumentExtracted.caused_by(
        document,
        document_id=document.document_id,
        **makers.a_document_extracted().model_dump(
            include={"file_name", "document_type", "pages", "provider", "model", "result"}
        ),
    )
    return Outcome(job, "done", events=[extracted])


async def end(db: Database, outcomes: Sequence[Outcome]) -> None:
    async with db.transaction() as tx:
        await finish(tx, outcomes)


async def said(db: Database) -> list[Event]:
    async with db.transaction() as tx:
        return [decode(bytes(row.body)) for row in await rows(tx, "SELECT body FROM outbox ORDER BY position")]


async def kinds(db: Database) -> list[str]:
    return [event.type for event in await said(db)]


async def test_waiting_and_running_jobs_end_at_once(extractor_db: Database):
    await hear(extractor_db, *(batch := a_batch(3)))
    await take(extractor_db)

    await stop(extractor_db, batch[0])

    assert await kinds(extractor_db) == ["document.cancelled"] * 3
    assert await take(extractor_db, 10) == []


async def test_the_late_result_of_a_cancelled_job_leaves_no_trace(extractor_db: Database):
    await hear(extractor_db, *(batch := a_batch(1)))
    (zombie,) = await take(extractor_db)
    await stop(extractor_db, batch[0])

    await end(extractor_db, [a_success(zombie)])

    assert await kinds(extractor_db) == ["document.cancelled"]


async def test_a_document_that_comes_after_the_tombstone_is_cancelled_once(extractor_db: Database):
    (late,) = a_batch(1)
    await stop(extractor_db, late)

    await hear(extractor_db, late)
    await hear(extractor_db, late)

    assert await kinds(extractor_db) == ["document.cancelled"]


async def test_the_next_generation_is_not_under_the_tombstone_of_the_last(extractor_db: Database):
    (document,) = a_batch(1)
    await stop(extractor_db, document)

    await hear(extractor_db, document.model_copy(update={"generation": 2}))

    assert len(await take(extractor_db)) == 1


async def test_other_batches_go_on(extractor_db: Database):
    await hear(extractor_db, *(stopped := a_batch(2)), *(other := a_batch(1)))

    await stop(extractor_db, stopped[0])

    assert [job.batch_id for job in await take(extractor_db, 10)] == [other[0].batch_id]


async def test_racing_arrivals_claims_ends_and_a_cancel_give_each_pair_one_end(extractor_db: Database):
    """Everything at once, many times over: nothing is open at the end, and nothing has ended twice."""

    async def work() -> None:
        for _ in range(6):
            await end(extractor_db, [a_success(job) for job in await take(extractor_db, 4)])

    for _ in range(15):
        batch = a_batch(20)
        await asyncio.gather(
            *(hear(extractor_db, *batch[start : start + 5]) for start in range(0, 20, 5)),
            work(),
            work(),
            stop(extractor_db, batch[0]),
        )
        ended = Counter(event.subject for event in await said(extractor_db) if event.batch_id == batch[0].batch_id)
        assert ended == Counter(document.document_id for document in batch)


async def test_asked_again_a_job_that_succeeded_repeats_its_success(extractor_db: Database):
    await hear(extractor_db, *(batch := a_batch(1)))
    await end(extractor_db, [a_success(job) for job in await take(extractor_db)])

    await hear(extractor_db, batch[0].model_copy(update={"reask": True}))

    first, again = await said(extractor_db)
    assert first == again


async def test_asked_again_a_job_that_failed_or_was_cancelled_says_so_again(extractor_db: Database):
    await hear(extractor_db, *(failed := a_batch(1)))
    (job,) = await take(extractor_db)
    error = DocumentError.of(Category.UNREADABLE, Stage.EXTRACT, "No.")
    await end(extractor_db, [Outcome(job, "failed", error=error, events=[failed_event(job, error)])])
    await hear(extractor_db, *(cancelled := a_batch(1)))
    await stop(extractor_db, cancelled[0])

    await hear(extractor_db, *(event.model_copy(update={"reask": True}) for event in [*failed, *cancelled]))

    assert Counter(event.id for event in await said(extractor_db)) == Counter(
        {event.id: 2 for event in await said(extractor_db)}
    )


async def test_asked_again_a_job_that_still_waits_goes_on_waiting(extractor_db: Database):
    await hear(extractor_db, *(batch := a_batch(1)))

    await hear(extractor_db, batch[0].model_copy(update={"reask": True}))

    assert await said(extractor_db) == []
    assert len(await take(extractor_db, 5)) == 1


async def test_of_a_deleted_batch_nothing_comes_back(extractor_db: Database):
    await hear(extractor_db, *(batch := a_batch(2)))
    await stop(extractor_db, batch[0])
    await erase(extractor_db, batch[0])

    await hear(extractor_db, *batch, *(event.model_copy(update={"generation": 7, "reask": True}) for event in batch))

    assert await take(extractor_db, 10) == []
    assert len(await said(extractor_db)) == 2


async def test_a_job_that_failed_with_its_workers_repeats_that_too(extractor_db: Database):
    await hear(extractor_db, *(batch := a_batch(1)))
    async with extractor_db.transaction() as tx:
        await run_sql(tx, "UPDATE jobs SET crashes = 2")
    await take(extractor_db)
    async with extractor_db.transaction() as tx:
        await run_sql(tx, "UPDATE workers SET seen = seen - interval '1 minute'")
    await a_worker(extractor_db).sweep()

    await hear(extractor_db, batch[0].model_copy(update={"reask": True}))

    first, again = await said(extractor_db)
    assert (first.type, first) == ("document.failed", again)


async def test_a_worker_drops_what_it_no_longer_holds(extractor_db: Database):
    started, dropped = asyncio.Event(), asyncio.Event()

    async def run(job: Job) -> Outcome:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            dropped.set()
        raise AssertionError("it is never done")

    worker = a_worker(extractor_db, run)
    await hear(extractor_db, *(batch := a_batch(1)))
    await worker.register()
    assert await worker._claim_once()
    await started.wait()
    await stop(extractor_db, batch[0])

    worker.give_up(worker.leases)

    async with asyncio.timeout(30):
        await dropped.wait()


def a_worker(db: Database, run: object = None) -> Worker:
    return Worker(db=db, bell=Bell(), run=run, failed=failed_event, stage=Stage.EXTRACT, slots=1)  # type: ignore[arg-type]  # some never run


async def test_a_documents_share_of_the_queue_is_kept_for_its_tenant(extractor_db: Database):
    document = a_batch(1)[0].model_copy(update={"share": Share(weight=4, at_once=32)})
    later = {"share": Share(weight=8, at_once=2), "time": document.time + timedelta(seconds=1)}
    await hear(extractor_db, document)
    await hear(extractor_db, *(document.model_copy(update=later | {"document_id": uuid4()}) for _ in range(5)))

    assert len(await take(extractor_db, 10)) == 2
