"""What became of reserved pages: charged once, given back, told of at 80 and at 100 percent."""

import asyncio
from uuid import uuid4

import pytest

from services.ingest.handlers import on_document_ended
from services.ingest.quota import Pair, reserve
from services.ingest.settlement import Terminal
from shared.db import run_sql
from tests.integration.front_door import CrashError, FrontDoor, cancelled, extracted, failed
from tests.pdf_makers import many_pages


@pytest.mark.parametrize("ended", [failed, cancelled])
async def test_what_ends_without_a_result_gives_its_pages_back(front_door: FrontDoor, ended: object):
    tenant = await front_door.tenant(pages_per_month=5)
    (pair,) = await front_door.reserve(tenant, 5)
    assert callable(ended)

    await front_door.hear(ended(tenant, pair))

    assert await front_door.counts(tenant) == (0, 0)
    assert (await front_door.submit(tenant, many_pages(5))).status_code == 202


async def test_a_result_that_needs_review_is_charged(front_door: FrontDoor):
    tenant = await front_door.tenant()
    (pair,) = await front_door.reserve(tenant, 5)

    await front_door.hear(extracted(tenant, pair, needs_review=True))

    assert await front_door.counts(tenant) == (5, 0)


async def test_an_outcome_told_many_times_is_charged_once(front_door: FrontDoor):
    tenant = await front_door.tenant()
    pairs = await front_door.reserve(tenant, 1, 2, 3)
    events = [extracted(tenant, pair) for pair in pairs]

    await asyncio.gather(*(front_door.hear(*events, *reversed(events)) for _ in range(20)))

    assert await front_door.counts(tenant) == (6, 0)


async def test_of_two_outcomes_the_first_decides(front_door: FrontDoor):
    tenant = await front_door.tenant()
    (pair,) = await front_door.reserve(tenant, 3)
    outcomes: list[Terminal] = [failed(tenant, pair), extracted(tenant, pair), cancelled(tenant, pair)]

    await front_door.hear(*outcomes)
    await front_door.hear(*reversed(outcomes))

    assert await front_door.counts(tenant) == (0, 0)


async def test_an_outcome_of_what_was_never_reserved_costs_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant()
    await front_door.reserve(tenant, 3)

    await front_door.hear(extracted(tenant, Pair(uuid4(), uuid4(), 1, 9)))

    assert await front_door.counts(tenant) == (0, 3)


async def test_each_generation_is_charged_for_itself(front_door: FrontDoor):
    tenant = await front_door.tenant()
    (first,) = await front_door.reserve(tenant, 3)
    again = first._replace(generation=2)
    await front_door.hear(failed(tenant, first))
    async with front_door.api_db.transaction(tenant=tenant.id) as tx:
        await reserve(tx, tenant.id, [again])

    await front_door.hear(extracted(tenant, again), extracted(tenant, first))

    assert await front_door.counts(tenant) == (3, 0)


async def test_many_replicas_settle_many_tenants_without_waiting_for_each_other_in_a_circle(front_door: FrontDoor):
    tenants = [await front_door.tenant() for _ in range(6)]
    events = [extracted(tenant, pair) for tenant in tenants for pair in await front_door.reserve(tenant, *[1] * 20)]

    await asyncio.gather(*(front_door.hear(*(events[start::7] + events[::-3])) for start in range(7)))

    assert [await front_door.counts(tenant) for tenant in tenants] == [(20, 0)] * 6


async def test_a_crash_while_settling_leaves_the_reservation_to_be_settled_later(front_door: FrontDoor):
    tenant = await front_door.tenant()
    (pair,) = await front_door.reserve(tenant, 4)
    with pytest.raises(CrashError):
        async with front_door.db.transaction() as tx:
            await on_document_ended([extracted(tenant, pair)], tx=tx)
            raise CrashError

    assert await front_door.counts(tenant) == (0, 4)
    await front_door.hear(extracted(tenant, pair))
    assert await front_door.counts(tenant) == (4, 0)


async def test_what_was_reserved_last_month_is_charged_to_last_month(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=10)
    (pair,) = await front_door.reserve(tenant, 10)
    async with front_door.db.transaction() as tx:
        for table in ("quota_periods", "quota_ledger"):
            await run_sql(
                tx,
                f"UPDATE {table} SET period_start = period_start - interval '1 month' WHERE tenant_id = $1",
                tenant.id,
            )
    await front_door.reserve(tenant, 7)

    await front_door.hear(extracted(tenant, pair))

    periods = await front_door.rows(
        "SELECT used, reserved FROM quota_periods WHERE tenant_id = $1 ORDER BY period_start", tenant.id
    )
    assert [tuple(period) for period in periods] == [(10, 0), (0, 7)]


async def test_the_tenant_is_warned_once_at_each_level(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=100)
    pairs = await front_door.reserve(tenant, *[1] * 100)

    for pair in pairs:
        await front_door.hear(extracted(tenant, pair), extracted(tenant, pair))

    warnings = await front_door.warnings(tenant)
    assert [(warning.level, warning.used, warning.reserved) for warning in warnings] == [(80, 80, 20), (100, 100, 0)]
    assert {warning.subject for warning in warnings} == {tenant.id}


async def test_one_step_over_both_levels_tells_both_and_replicas_tell_them_once(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=10)
    pairs = await front_door.reserve(tenant, *[1] * 10)
    events = [extracted(tenant, pair) for pair in pairs]

    await asyncio.gather(*(front_door.hear(*events) for _ in range(10)))

    assert [warning.level for warning in await front_door.warnings(tenant)] == [80, 100]


async def test_pages_given_back_and_used_again_warn_nobody_twice(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=10)
    first, second = await front_door.reserve(tenant, 8, 1)
    await front_door.hear(extracted(tenant, first))
    await front_door.hear(failed(tenant, second))
    (third,) = await front_door.reserve(tenant, 1)

    await front_door.hear(extracted(tenant, third))

    assert [warning.level for warning in await front_door.warnings(tenant)] == [80]


async def test_without_a_limit_nobody_is_warned(front_door: FrontDoor):
    tenant = await front_door.tenant()
    (pair,) = await front_door.reserve(tenant, 1_000_000)

    await front_door.hear(extracted(tenant, pair))

    assert (await front_door.counts(tenant), await front_door.warnings(tenant)) == ((1_000_000, 0), [])
