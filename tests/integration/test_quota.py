"""The page quota on a real database: exact under races, charged once, given back, never over."""

import asyncio
from contextlib import suppress
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from services.ingest.handlers import on_document_ended
from services.ingest.quota import Pair, reserve
from services.ingest.settlement import Terminal
from shared.db import rows, run_sql
from shared.events import DocumentCancelled, DocumentExtracted, DocumentFailed
from shared.http import ApiError
from tests import makers
from tests.front_door import FrontDoor, Renter
from tests.pdf_makers import many_pages

ROUNDS = 2


class CrashError(Exception):
    """The process ends in the middle of a transaction."""


def extracted(tenant: Renter, pair: Pair, **changes: object) -> DocumentExtracted:
    return makers.a_document_extracted(**_about(tenant, pair), pages=pair.pages, **changes)


def failed(tenant: Renter, pair: Pair) -> DocumentFailed:
    return makers.a_document_failed(**_about(tenant, pair))


def cancelled(tenant: Renter, pair: Pair) -> DocumentCancelled:
    return makers.a_document_cancelled(**_about(tenant, pair))


def _about(tenant: Renter, pair: Pair) -> dict[str, object]:
    about = {"tenant_id": tenant.id, "batch_id": pair.batch_id}
    return about | {"document_id": pair.document_id, "generation": pair.generation}


async def test_two_hundred_that_race_for_a_hundred_pages_get_exactly_a_hundred(front_door: FrontDoor):
    async def one(tenant: Renter) -> bool:
        async with front_door.api_db.transaction(tenant=tenant.id) as tx:
            return await reserve(tx, tenant.id, [Pair(uuid4(), uuid4(), 1, 1)]) is None

    outcomes = []
    for _ in range(ROUNDS):
        tenant = await front_door.tenant(pages_per_month=100)
        won = sum(await asyncio.gather(*(one(tenant) for _ in range(200))))
        outcomes.append((won, *await front_door.counts(tenant)))

    assert outcomes == [(100, 0, 100)] * ROUNDS


async def test_two_hundred_posts_that_race_for_a_hundred_pages_charge_exactly_a_hundred(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=100)

    async def one(number: int) -> int:
        while (answer := await front_door.submit(tenant, many_pages(1, mark=str(number)))).status_code == 503:
            assert answer.json()["retryable"]  # a small machine may have too few connections for so many at once
        return answer.status_code

    codes = await asyncio.gather(*(one(number) for number in range(200)))

    assert (codes.count(202), codes.count(402)) == (100, 100)
    assert await front_door.counts(tenant) == (0, 100)
    pairs = await front_door.rows(
        "SELECT batch_id, document_id, generation, pages FROM documents WHERE tenant_id = $1", tenant.id
    )
    await front_door.hear(*(extracted(tenant, pair) for pair in pairs))
    assert await front_door.counts(tenant) == (100, 0)


async def test_of_a_batch_that_is_too_large_exactly_the_fitting_files_go_on(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=10)

    answer = await front_door.submit(tenant, many_pages(6), many_pages(5), many_pages(4))

    verdicts = [(file["status"], (file["error"] or {}).get("category")) for file in answer.json()["files"]]
    assert verdicts == [("accepted", None), ("refused", "quota_exceeded"), ("accepted", None)]
    assert await front_door.counts(tenant) == (0, 10)
    told = await front_door.rows("SELECT type FROM outbox WHERE tenant_id = $1 ORDER BY position", tenant.id)
    assert [row.type for row in told] == [
        *("batch.created", "document.uploaded", "document.failed", "document.uploaded"),
    ]


async def test_a_batch_of_which_no_file_fits_is_refused_and_leaves_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=4)
    await front_door.reserve(tenant, 3)
    key = {"idempotency-key": uuid4().hex}

    answer = await front_door.submit(tenant, many_pages(2), b"no document", headers=key)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (402, "quota_exceeded")
    assert (problem["limit"], problem["used"], problem["reserved"]) == (4, 0, 3)
    assert problem["resets_at"].endswith("-01T00:00:00Z")
    for table in ("batches", "documents", "outbox"):
        assert not await front_door.rows(f"SELECT 1 FROM {table} WHERE tenant_id = $1", tenant.id)
    await front_door.change(tenant, pages_per_month=40)
    assert (await front_door.submit(tenant, many_pages(2), b"no document", headers=key)).status_code == 202


async def test_a_batch_of_only_bad_files_is_no_matter_of_quota(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=0)

    assert (await front_door.submit(tenant, b"no document")).status_code == 422


async def test_a_repeated_key_gives_its_batch_also_when_that_took_the_last_page(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=1)
    key = {"idempotency-key": uuid4().hex}

    first, again = [await front_door.submit(tenant, many_pages(1), headers=key) for _ in range(2)]

    assert (first.status_code, again.json()) == (202, first.json())


async def test_who_loses_the_race_after_its_files_were_stored_keeps_none_of_them(
    front_door: FrontDoor, monkeypatch: pytest.MonkeyPatch
):
    tenant = await front_door.tenant(pages_per_month=3)
    storage = front_door.service.storage
    put_file = storage.put_file

    async def put_while_another_reserves(key: str, *rest: object, **more: object) -> None:
        await put_file(key, *rest, **more)  # type: ignore[arg-type]  # handed through as they came
        if key.endswith("-0.pdf"):
            await front_door.reserve(tenant, 2)

    monkeypatch.setattr(storage, "put_file", put_while_another_reserves)
    answer = await front_door.submit(tenant, many_pages(2), many_pages(1))

    assert [file["status"] for file in answer.json()["files"]] == ["refused", "accepted"]
    batch = f"batches/{tenant.id}/{answer.json()['id']}/"
    assert await storage.delete_prefix(batch) == 1


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


async def test_a_crash_before_the_commit_reserves_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant()
    with pytest.raises(CrashError):
        async with front_door.api_db.transaction(tenant=tenant.id) as tx:
            await reserve(tx, tenant.id, [Pair(uuid4(), uuid4(), 1, 9)])
            raise CrashError

    assert await front_door.counts(tenant) == (0, 0)


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


@pytest.mark.parametrize("wrong", ["reserved = -1", "used = -1", "used = 60, reserved = 50"])
async def test_no_statement_gets_past_the_checks(front_door: FrontDoor, wrong: str):
    tenant = await front_door.tenant(pages_per_month=100)
    await front_door.reserve(tenant, 1)

    with pytest.raises(IntegrityError):
        async with front_door.db.transaction() as tx:
            await run_sql(tx, f"UPDATE quota_periods SET {wrong} WHERE tenant_id = $1", tenant.id)


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


async def test_a_smaller_plan_takes_nothing_back_and_lets_nothing_new_in(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=100)
    used, open_ = await front_door.reserve(tenant, 50, 30)
    await front_door.hear(extracted(tenant, used))

    await front_door.change(tenant, pages_per_month=40)
    await front_door.reserve(tenant, 1)
    await front_door.hear(extracted(tenant, open_))

    quota = await front_door.quota(tenant)
    assert (quota.limit, quota.used, quota.reserved, quota.remaining) == (40, 80, 0, 0)


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


async def test_a_plan_that_shrinks_in_the_same_moment_never_lets_too_much_in(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=100)

    async def take() -> None:
        with suppress(ApiError):
            await front_door.reserve(tenant, *[1] * 5)

    await asyncio.gather(*(take() for _ in range(15)), front_door.change(tenant, pages_per_month=50))
    await asyncio.gather(*(take() for _ in range(15)))

    assert 50 <= (await front_door.counts(tenant))[1] <= 100


async def test_a_tenant_sees_and_touches_only_its_own_rows(front_door: FrontDoor):
    ours, theirs = [await front_door.tenant(plan="plus") for _ in range(2)]
    await front_door.reserve(theirs, 3)

    async with front_door.api_db.transaction(tenant=ours.id) as tx:
        seen = [
            await rows(tx, f"SELECT tenant_id FROM {table}") for table in ("quota_periods", "quota_ledger", "turns")
        ]
        seen += [await rows(tx, "SELECT tenant_id FROM tokens"), await rows(tx, "SELECT tenant_id FROM tenant_limits")]
        changed = await run_sql(tx, "UPDATE quota_periods SET reserved = 0")

    assert {row.tenant_id for table in seen for row in table} <= {ours.id}
    assert changed.rowcount == 0
    assert await front_door.counts(theirs) == (0, 3)


async def test_every_table_of_ingest_has_row_level_security_forced(front_door: FrontDoor):
    open_tables = await front_door.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)"
    )

    assert [row.relname for row in open_tables] == []
