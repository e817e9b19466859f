"""Deleted documents in the read models and in exports: whatever the order of events, the same is left."""

import random

import pytest

from services.aggregator.handlers import forget_documents
from shared.cloudevent import Event
from shared.errors import Throttled
from shared.events import DocumentCancelRequested, DocumentDeleted
from tests.integration.aggregating import Aggregator, counters, of
from tests.integration.exporting import Exporter
from tests.makers import (
    a_batch_completed,
    a_batch_created,
    a_document_cancel_requested,
    a_document_cancelled,
    a_document_deleted,
    a_document_extracted,
    a_document_reviewed,
    a_result,
)


async def hear(aggregator: Aggregator, event: Event) -> None:
    if isinstance(event, DocumentCancelRequested | DocumentDeleted):
        async with aggregator.db.transaction() as tx:
            await forget_documents([event], tx=tx)
    else:
        await aggregator.hear(event)


@pytest.mark.parametrize("seed", range(30))
async def test_a_deleted_document_is_left_out_in_any_order_and_its_batch_completes_once(
    aggregator: Aggregator, seed: int
):
    batch = aggregator.batch(3)
    events: list[Event] = [
        batch,
        a_document_extracted(**of(batch, 0)),
        a_document_extracted(**of(batch, 1), needs_review=True),
        a_document_reviewed(**of(batch, 1)),
        a_document_cancelled(**of(batch, 2)),
        a_document_cancel_requested(**of(batch, 2), deleting=True),
        a_document_deleted(**of(batch, 2)),
    ]
    random.Random(seed).shuffle(events)
    for event in [*events, *events]:
        await hear(aggregator, event)

    found = await counters(aggregator, batch)
    (row,) = await aggregator.ask("SELECT deleted FROM batches WHERE batch_id = $1", batch.batch_id)
    assert (found["status"], found["completed"], found["cancelled"], found["needs_review"]) == ("completed", 2, 0, 0)
    assert row.deleted == 1
    completions = await aggregator.completions()
    assert len({event.id for event in completions}) == 1
    assert {event.total + event.deleted for event in completions} == {3}


async def test_a_batch_that_waited_for_a_deleted_document_only_completes_with_the_deletion(aggregator: Aggregator):
    batch = aggregator.batch(2)
    await aggregator.hear(batch, a_document_extracted(**of(batch, 0)))
    before = await aggregator.completions()
    await hear(aggregator, a_document_cancel_requested(**of(batch, 1), deleting=True))

    (completed,) = await aggregator.completions()
    assert before == []
    assert (completed.total, completed.completed, completed.deleted) == (1, 1, 1)


async def test_a_request_to_cancel_alone_forgets_nothing(aggregator: Aggregator):
    batch = aggregator.batch(1)
    await aggregator.hear(batch)
    await hear(aggregator, a_document_cancel_requested(**of(batch)))

    assert (await counters(aggregator, batch))["queued"] == 1


def told_of_three(exporter: Exporter, *, deleted_before_the_end: bool) -> tuple[list[Event], Event]:
    """Everything told of a batch of three whose last is deleted; apart from it how the second has ended."""
    batch = a_batch_created(files=3, tenant_id=exporter.tenant)
    counts = {"total": 2, "completed": 2, "deleted": 1} if deleted_before_the_end else {"total": 3, "completed": 3}
    about = {"tenant_id": batch.tenant_id, "batch_id": batch.batch_id}
    return [
        batch,
        a_document_extracted(**of(batch, 0), result=a_result(data={"total": 1})),
        a_document_extracted(**of(batch, 2), result=a_result(data={"total": 3})),
        a_batch_completed(**about, **counts),
        a_document_cancel_requested(**of(batch, 2), deleting=True),
        a_document_deleted(**of(batch, 2)),
    ], a_document_extracted(**of(batch, 1), result=a_result(data={"total": 2}))


@pytest.mark.parametrize("seed", range(8))
async def test_an_export_has_the_rows_that_are_left_in_any_order(exporter: Exporter, seed: int):
    events, second = told_of_three(exporter, deleted_before_the_end=bool(seed % 2))
    events.append(second)
    random.Random(seed).shuffle(events)
    await exporter.hear(*events)

    exported = await exporter.exported(await exporter.ask(batch_id=str(second.batch_id), format="csv"))

    assert sorted(row["total"] for row in exported) == ["1", "2"]


@pytest.mark.parametrize("before", [True, False])
async def test_a_deleted_document_does_not_stand_in_for_one_that_is_still_awaited(exporter: Exporter, *, before: bool):
    events, second = told_of_three(exporter, deleted_before_the_end=before)
    await exporter.hear(*events)
    export = await exporter.ask(batch_id=str(second.batch_id), format="csv")

    with pytest.raises(Throttled):
        await exporter.make(export)
    await exporter.hear(second)

    assert len(await exporter.exported(export)) == 2
