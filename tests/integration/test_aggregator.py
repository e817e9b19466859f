"""The aggregator on a real database: no order of events is needed, and a batch completes once."""

import asyncio
import random
from itertools import permutations
from uuid import uuid4

import pytest

from shared.cloudevent import Event
from shared.db import rows
from shared.events import BatchCreated
from shared.vocabulary import BatchStatus
from tests.integration.aggregating import Aggregator, counters, of, refused
from tests.makers import (
    a_batch_retried,
    a_cancel_requested,
    a_document_cancelled,
    a_document_classified,
    a_document_extracted,
    a_document_failed,
    a_document_uploaded,
)


async def test_a_batch_runs_from_queued_to_completed(aggregator: Aggregator):
    batch = aggregator.batch()
    seen = []
    for event in (
        batch,
        a_document_uploaded(**of(batch)),
        a_document_classified(**of(batch)),
        a_document_extracted(**of(batch), needs_review=True),
    ):
        await aggregator.hear(event)
        seen.append((await counters(aggregator, batch))["status"])

    assert seen == ["queued", "queued", "processing", "completed"]
    (told,) = await aggregator.completions()
    assert (told.status, told.completed, told.needs_review, told.pages) == (BatchStatus.COMPLETED, 1, 1, 1)


async def test_every_order_of_a_documents_events_gives_the_same_row_and_one_completion(aggregator: Aggregator):
    finals = set()
    for order in permutations(range(4)):
        batch = aggregator.batch()
        events = [
            batch,
            a_document_uploaded(**of(batch), custom_id="c-7", time=batch.time),
            a_document_classified(**of(batch), custom_id="c-7", time=batch.time),
            a_document_extracted(**of(batch), custom_id="c-7", time=batch.time),
        ]
        for index in order:
            await aggregator.hear(events[index])
        (row,) = await aggregator.ask(
            "SELECT generation, rank, version, reached, position, file_name, custom_id, media_type, size, pages, document_type,"
            " status, needs_review, warnings_count, error, finished_at = updated_at FROM documents WHERE batch_id = $1",
            batch.batch_id,
        )
        finals.add((tuple(row), tuple((await counters(aggregator, batch)).items())))

    assert len(finals) == 1
    assert len(await aggregator.completions()) == 24


async def test_duplicates_change_nothing(aggregator: Aggregator):
    batch = aggregator.batch(2)
    events = [batch, a_document_classified(**of(batch)), a_document_extracted(**of(batch)), refused(batch, 1)]
    await aggregator.hear(*events)
    once = await counters(aggregator, batch)
    await aggregator.hear(*events, *events)
    for event in reversed(events):
        await aggregator.hear(event)

    assert await counters(aggregator, batch) == once
    assert len(await aggregator.completions()) == 1
    (steps,) = await aggregator.ask("SELECT count(*) AS n FROM timeline")
    assert steps.n == 3


async def test_the_last_two_documents_at_once_complete_the_batch_once(aggregator: Aggregator):
    for _ in range(10):
        batch = aggregator.batch(2)
        await aggregator.hear(batch)
        await asyncio.gather(
            aggregator.hear(a_document_extracted(**of(batch, 0))), aggregator.hear(a_document_extracted(**of(batch, 1)))
        )

        assert [told.batch_id for told in await aggregator.completions()].count(batch.batch_id) == 1


async def test_documents_that_finish_before_the_batch_is_heard_of_complete_it_when_it_is(aggregator: Aggregator):
    batch = aggregator.batch(2)
    await aggregator.hear(a_document_extracted(**of(batch, 1)), a_document_extracted(**of(batch, 0)))
    assert await aggregator.completions() == []

    await aggregator.hear(batch)

    (told,) = await aggregator.completions()
    assert (told.total, told.name) == (2, "March")


async def test_a_batch_without_one_of_its_documents_is_not_complete(aggregator: Aggregator):
    batch = aggregator.batch(3)
    await aggregator.hear(batch, a_document_extracted(**of(batch, 0)), refused(batch, 1))

    assert await aggregator.completions() == []


async def test_refused_files_count_as_failed(aggregator: Aggregator):
    batch = aggregator.batch(2)
    await aggregator.hear(batch, refused(batch, 0), a_document_extracted(**of(batch, 1)))

    (told,) = await aggregator.completions()
    assert (told.status, told.total, told.failed) == (BatchStatus.PARTIALLY_COMPLETED, 2, 1)


async def test_a_batch_of_refused_files_is_failed_and_never_seemed_to_be_worked_on(aggregator: Aggregator):
    batch = aggregator.batch(2)
    await aggregator.hear(batch, refused(batch, 0))
    assert (await counters(aggregator, batch))["status"] == "queued"

    await aggregator.hear(refused(batch, 1))

    assert (await aggregator.completions())[0].status is BatchStatus.FAILED


async def test_a_cancelled_batch_is_cancelling_until_its_last_document_stopped(aggregator: Aggregator):
    batch = aggregator.batch(2)
    asked = a_cancel_requested(tenant_id=batch.tenant_id, batch_id=batch.batch_id)
    await aggregator.hear(asked, batch, a_document_extracted(**of(batch, 0)))
    assert (await counters(aggregator, batch))["status"] == "cancelling"

    await aggregator.hear(a_document_cancelled(**of(batch, 1)))

    assert (await counters(aggregator, batch))["status"] == "cancelled"
    assert (await aggregator.completions())[0].status is BatchStatus.CANCELLED


async def test_an_end_asked_for_again_is_told_as_it_was_whatever_is_known_by_then(aggregator: Aggregator):
    batch = aggregator.batch(2)
    await aggregator.hear(batch, a_document_extracted(**of(batch, 0)), a_document_cancelled(**of(batch, 1)))
    await aggregator.hear(a_cancel_requested(tenant_id=batch.tenant_id, batch_id=batch.batch_id))

    await aggregator.hear(batch.model_copy(update={"reask": True}))

    first, again = await aggregator.completions()
    assert first.status is BatchStatus.PARTIALLY_COMPLETED
    assert again == first


async def test_a_retry_opens_a_generation_with_a_completion_of_its_own(aggregator: Aggregator):
    batch = aggregator.batch(2)
    failed, late = a_document_failed(**of(batch, 1)), a_document_classified(**of(batch, 1))
    await aggregator.hear(batch, a_document_extracted(**of(batch, 0)), failed)
    retried = a_batch_retried(
        tenant_id=batch.tenant_id, batch_id=batch.batch_id, documents=(batch.files[1].document_id,)
    )
    await aggregator.hear(retried, failed, late)
    assert (await counters(aggregator, batch))["in_progress"] == 0
    assert (await counters(aggregator, batch))["queued"] == 1

    await aggregator.hear(a_document_extracted(**of(batch, 1, generation=2)))

    told = await aggregator.completions()
    assert [(event.generation, event.status) for event in told] == [
        (1, BatchStatus.PARTIALLY_COMPLETED),
        (2, BatchStatus.COMPLETED),
    ]


async def test_counters_agree_with_the_documents_in_any_order(aggregator: Aggregator):
    chance = random.Random(7)
    for _ in range(10):
        batch = aggregator.batch(4)
        events = _story(batch) * 2
        chance.shuffle(events)
        while events:
            await aggregator.hear(*[events.pop() for _ in range(min(len(events), chance.randint(1, 6)))])
            await _assert_counters_agree(aggregator, batch)

        told = [event for event in await aggregator.completions() if event.batch_id == batch.batch_id]
        assert [event.generation for event in told] == [1, 2]
        assert (told[-1].completed, told[-1].failed, told[-1].cancelled) == (2, 1, 1)


async def test_many_at_once_agree_without_an_order(aggregator: Aggregator):
    chance = random.Random(11)
    stories = [aggregator.batch(4) for _ in range(5)]
    events = [event for batch in stories for event in _story(batch)]
    chance.shuffle(events)
    await asyncio.gather(*(aggregator.hear(*events[start::8]) for start in range(8)))

    for batch in stories:
        await _assert_counters_agree(aggregator, batch)
    told = await aggregator.completions()
    assert sorted((event.batch_id, event.generation) for event in told) == sorted(
        (batch.batch_id, generation) for batch in stories for generation in (1, 2)
    )


def _story(batch: BatchCreated) -> list[Event]:
    again = batch.files[1].document_id
    return [
        batch,
        *(a_document_uploaded(**of(batch, position)) for position in range(3)),
        *(a_document_classified(**of(batch, position)) for position in range(3)),
        a_document_extracted(**of(batch, 0), needs_review=True),
        a_document_failed(**of(batch, 1)),
        a_document_cancelled(**of(batch, 2)),
        refused(batch, 3),
        a_batch_retried(tenant_id=batch.tenant_id, batch_id=batch.batch_id, documents=(again,)),
        a_document_classified(**of(batch, 1, generation=2)),
        a_document_extracted(**of(batch, 1, generation=2)),
    ]


async def _assert_counters_agree(aggregator: Aggregator, batch: BatchCreated) -> None:
    kept = await aggregator.ask("SELECT * FROM batches WHERE batch_id = $1", batch.batch_id)
    counted = await aggregator.ask("SELECT * FROM batch_processing_status WHERE batch_id = $1", batch.batch_id)
    for row, view in zip(kept if counted else [], counted, strict=True):
        assert (row.queued, row.in_progress, row.completed, row.failed, row.status) == (
            view.queued_count,
            view.in_progress_count,
            view.completed_count,
            view.failed_count,
            view.computed_status,
        )


async def test_the_view_has_its_columns_and_no_other_and_tells_why_documents_failed(aggregator: Aggregator):
    batch = aggregator.batch(3)
    await aggregator.hear(batch, refused(batch, 0), refused(batch, 1), a_document_extracted(**of(batch, 2)))

    (row,) = await aggregator.ask("SELECT * FROM batch_processing_status WHERE batch_id = $1", batch.batch_id)

    assert set(row._mapping) == {
        *("batch_id", "batch_created_at", "batch_status", "total_files", "total_documents"),
        *("completed_count", "failed_count", "in_progress_count", "queued_count", "permanent_failures", "max_retries"),
        *("error_messages", "latest_error_at", "batch_started_at", "batch_completed_at", "processing_hours"),
        *("error_rate_percentage", "computed_status", "top_error_types"),
    }
    assert row.error_messages == ["The file needs a password."]
    assert float(row.error_rate_percentage) == 66.67
    assert row.top_error_types == [{"category": "encrypted", "count": 2}]


TABLES = pytest.mark.parametrize(
    "table", ["batches", "documents", "generations", "timeline", "batch_processing_status"]
)


@TABLES
async def test_another_tenant_sees_nothing(aggregator: Aggregator, table: str):
    batch = aggregator.batch()
    await aggregator.hear(batch, a_document_extracted(**of(batch)))
    assert await aggregator.ask(f"SELECT * FROM {table}")

    async with aggregator.api_db.transaction(tenant=uuid4()) as tx:
        assert await rows(tx, f"SELECT * FROM {table}") == []


@TABLES
async def test_an_unset_tenant_sees_nothing(aggregator: Aggregator, table: str):
    batch = aggregator.batch()
    await aggregator.hear(batch, a_document_extracted(**of(batch)))

    async with aggregator.api_db.transaction() as tx:
        assert await rows(tx, f"SELECT * FROM {table}") == []


async def test_a_large_batch_is_taken_in_micro_batches(aggregator: Aggregator):
    batch = aggregator.batch(1000)
    events: list[Event] = [batch, *(a_document_extracted(**of(batch, position)) for position in range(1000))]
    for start in range(0, len(events), 250):
        await aggregator.hear(*events[start : start + 250])

    (told,) = await aggregator.completions()
    assert told.completed == 1000
