"""Statistics on a real database: they agree with a recount of what was told, in whatever order and however often."""

import csv
import io
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.aggregator.analytics import read_analytics
from services.aggregator.analytics_csv import analytics_csv
from services.aggregator.analytics_views import Analytics, AnalyticsFilter, QueueAnalytics
from services.aggregator.handlers import on_batch_deleted
from services.aggregator.queue_analytics import read_queue_analytics
from shared.cloudevent import Event, Took
from shared.errors import Category, DocumentError, Stage
from shared.events import DocumentExtracted, DocumentFailed
from shared.results import Usage
from tests.integration.aggregating import Aggregator, of
from tests.makers import (
    a_batch_deleted,
    a_batch_file,
    a_batch_retried,
    a_document_classified,
    a_document_extracted,
    a_document_failed,
    a_document_uploaded,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
RANGE = {"from": NOON - timedelta(hours=1), "to": NOON + timedelta(hours=9)}


async def analytics(aggregator: Aggregator, **asked: Any) -> Analytics:
    async with aggregator.api_db.transaction(tenant=aggregator.tenant) as tx:
        return await read_analytics(tx, AnalyticsFilter.model_validate(RANGE | asked))


async def queues(aggregator: Aggregator) -> QueueAnalytics:
    async with aggregator.api_db.transaction(tenant=aggregator.tenant) as tx:
        return await read_queue_analytics(tx, AnalyticsFilter.model_validate(RANGE))


def took(*stages: tuple[float, float, int]) -> tuple[Took, ...]:
    return tuple(
        Took(stage=stage, waited=waited, worked=worked, attempts=attempts)
        for stage, (waited, worked, attempts) in zip((Stage.CLASSIFY, Stage.EXTRACT), stages, strict=False)
    )


def a_batchs_events(aggregator: Aggregator, chance: random.Random) -> list[Event]:
    """A batch of ten, each read once or twice, at different hours, with all kinds of ends."""
    files = tuple(a_batch_file(position=n, size=1000 * (n + 1), pages=n + 1) for n in range(10))
    batch = aggregator.batch(time=NOON).model_copy(update={"files": files})
    events: list[Event] = [batch]
    for position in range(10):
        for generation in range(1, chance.choice((2, 3))):
            events += a_readings_events(of(batch, position, generation=generation), position, generation, chance)
    events.append(a_batch_retried(tenant_id=batch.tenant_id, batch_id=batch.batch_id, time=NOON, documents=()))
    return events


def a_readings_events(pair: dict[str, Any], position: int, generation: int, chance: random.Random) -> list[Event]:
    at = NOON + timedelta(hours=position % 4 + generation, minutes=chance.randrange(60))
    first = (chance.uniform(0.1, 100), chance.uniform(0.1, 10), chance.randrange(1, 4))
    second = (chance.uniform(0.1, 100), chance.uniform(0.1, 10), chance.randrange(1, 4))
    kind = chance.choice(["invoice", "receipt", "contract"])
    told = pair | {"time": at, "document_type": kind, "pages": position + 1}
    events: list[Event] = [
        a_document_uploaded(**pair, time=NOON, size=1000 * (position + 1), pages=position + 1),
        a_document_classified(**told, took=took(first)),
    ]
    if chance.random() < 0.3:
        error = DocumentError.of(
            chance.choice([Category.OCR_FAILED, Category.INVALID_OUTPUT]), Stage.EXTRACT, "no", attempts=second[2]
        )
        events.append(a_document_failed(**pair, time=at, document_type=kind, error=error, took=took(first, second)))
    else:
        cost = chance.choice([0.25, 0.5, None])
        usage = Usage(input_tokens=100, output_tokens=10, cost=cost)
        review = chance.random() < 0.2
        events.append(a_document_extracted(**told, took=took(first, second), usage=usage, needs_review=review))
    return events


def recounted(events: list[Event]) -> dict[str, Any]:
    extracted = [event for event in events if isinstance(event, DocumentExtracted)]
    failed = [event for event in events if isinstance(event, DocumentFailed)]
    return {
        "completed": len(extracted),
        "failed": len(failed),
        "pages": sum(event.pages for event in extracted),
        "needs_review": sum(event.needs_review for event in extracted),
        "cost": sum(event.usage.cost or 0 for event in extracted),
        "unpriced": sum(event.usage.cost is None for event in extracted),
        "input_tokens": 100 * len(extracted),
        "types": Counter(event.document_type for event in extracted) + Counter(event.document_type for event in failed),
        "errors": Counter(event.error.category for event in failed),
        "hours": Counter(event.time.replace(minute=0) for event in [*extracted, *failed]),
    }


def shown(found: Analytics) -> dict[str, Any]:
    names = ("completed", "failed", "pages", "needs_review", "cost", "unpriced", "input_tokens")
    return {name: getattr(found.totals, name) for name in names} | {
        "types": Counter({part.name: part.documents for part in found.document_types}),
        "errors": Counter({error.category: error.documents for error in found.errors}),
        "hours": Counter({part.at: part.documents for part in found.over_time if part.documents}),
    }


@pytest.mark.parametrize("seed", range(5))
async def test_statistics_agree_with_a_recount_in_any_order_with_repeats(aggregator: Aggregator, seed: int):
    chance = random.Random(seed)
    events = a_batchs_events(aggregator, chance)
    told = events + chance.sample(events, 10)
    chance.shuffle(told)
    while told:
        size = chance.randrange(1, 12)
        await aggregator.hear(*told[:size])
        told = told[size:]

    assert shown(await analytics(aggregator)) == recounted(events)


async def test_percentiles_are_exact_to_five_percent(aggregator: Aggregator):
    events = a_batchs_events(aggregator, random.Random(7))
    await aggregator.hear(*events)
    ended = [event for event in events if isinstance(event, DocumentExtracted)]
    waits = sorted(sum(stage.waited for stage in event.took) for event in ended)
    works = sorted(sum(stage.worked for stage in event.took) for event in ended)

    totals = (await analytics(aggregator)).totals

    middle, high = (len(ended) - 1) // 2, -(-len(ended) * 95 // 100) - 1
    assert totals.queue_wait.p50 == pytest.approx(waits[middle], rel=0.05)
    assert totals.queue_wait.p95 == pytest.approx(waits[high], rel=0.05)
    assert totals.processing.p50 == pytest.approx(works[middle], rel=0.05)


async def test_the_queues_of_both_stages_are_counted(aggregator: Aggregator):
    events = a_batchs_events(aggregator, random.Random(3))
    await aggregator.hear(*events)
    ended = [event for event in events if isinstance(event, DocumentExtracted | DocumentFailed)]

    classify, extract = (await queues(aggregator)).stages

    assert (classify.totals.enqueued, classify.totals.completed) == (len(ended), len(ended))
    assert extract.totals.completed + extract.totals.failed == extract.totals.enqueued == len(ended)
    assert extract.totals.retried == sum(event.took[1].attempts - 1 for event in ended)
    assert extract.totals.average_wait == pytest.approx(sum(event.took[1].waited for event in ended) / len(ended))
    assert sum(period.failed for period in extract.over_time) == extract.totals.failed


async def test_statistics_stay_when_the_batch_is_deleted(aggregator: Aggregator):
    events = a_batchs_events(aggregator, random.Random(1))
    await aggregator.hear(*events)
    before = await analytics(aggregator)
    async with aggregator.db.transaction() as tx:
        await on_batch_deleted([a_batch_deleted(tenant_id=aggregator.tenant, batch_id=events[0].batch_id)], tx=tx)

    assert await analytics(aggregator) == before


async def test_only_what_was_asked_for_is_counted(aggregator: Aggregator):
    events = a_batchs_events(aggregator, random.Random(2))
    await aggregator.hear(*events)
    wanted = [event for event in events if isinstance(event, DocumentExtracted) and event.document_type == "receipt"]

    found = await analytics(aggregator, document_type=["receipt"])

    assert found.totals.completed == len(wanted)
    assert [part.name for part in found.document_types] == ["receipt"]
    assert (await analytics(aggregator, file_type=["png"])).totals.documents == 0


async def test_another_tenant_sees_nothing_of_it(aggregator: Aggregator):
    await aggregator.hear(*a_batchs_events(aggregator, random.Random(2)))
    async with aggregator.api_db.transaction(tenant=of(aggregator.batch())["document_id"]) as tx:
        found = await read_analytics(tx, AnalyticsFilter.model_validate(RANGE))

    assert (found.totals.documents, found.document_types) == (0, [])


async def test_a_table_as_csv_holds_the_same_numbers(aggregator: Aggregator):
    await aggregator.hear(*a_batchs_events(aggregator, random.Random(4)))
    found = await analytics(aggregator)

    lines = list(csv.DictReader(io.StringIO(analytics_csv(found, "time"))))

    assert [(line["at"], int(line["documents"])) for line in lines] == [
        (part.at.isoformat(), part.documents) for part in found.over_time
    ]
    assert len(lines) == 10
