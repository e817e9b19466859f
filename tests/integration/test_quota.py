"""The page quota on a real database: exact under races, charged once, given back, never over."""

import asyncio
from contextlib import suppress
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy.exc import IntegrityError

from services.ingest.quota import Pair, reserve
from shared.db import rows, run_sql
from shared.http import ApiError
from tests.integration.front_door import CrashError, FrontDoor, Renter, extracted, failed
from tests.pdf_makers import many_pages

ROUNDS = 10


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


async def test_a_crash_before_the_commit_reserves_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant()
    with pytest.raises(CrashError):
        async with front_door.api_db.transaction(tenant=tenant.id) as tx:
            await reserve(tx, tenant.id, [Pair(uuid4(), uuid4(), 1, 9)])
            raise CrashError

    assert await front_door.counts(tenant) == (0, 0)


@pytest.mark.parametrize("wrong", ["reserved = -1", "used = -1", "used = 60, reserved = 50"])
async def test_no_statement_gets_past_the_checks(front_door: FrontDoor, wrong: str):
    tenant = await front_door.tenant(pages_per_month=100)
    await front_door.reserve(tenant, 1)

    with pytest.raises(IntegrityError):
        async with front_door.db.transaction() as tx:
            await run_sql(tx, f"UPDATE quota_periods SET {wrong} WHERE tenant_id = $1", tenant.id)


async def test_a_smaller_plan_takes_nothing_back_and_lets_nothing_new_in(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=100)
    used, open_ = await front_door.reserve(tenant, 50, 30)
    await front_door.hear(extracted(tenant, used))

    await front_door.change(tenant, pages_per_month=40)
    await front_door.reserve(tenant, 1)
    await front_door.hear(extracted(tenant, open_))

    quota = await front_door.quota(tenant)
    assert (quota.limit, quota.used, quota.reserved, quota.remaining) == (40, 80, 0, 0)


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


async def test_a_retry_reserves_anew_and_is_not_opened_when_nothing_fits(front_door: FrontDoor):
    tenant = await front_door.tenant(pages_per_month=5)
    pair = await a_failed_document(front_door, tenant, pages=3)
    (other,) = await front_door.reserve(tenant, 3)

    refused = await retry(front_door, tenant, pair)
    await front_door.hear(failed(tenant, other))
    retried = await retry(front_door, tenant, pair)

    assert (refused.status_code, refused.json()["code"]) == (402, "quota_exceeded")
    assert (retried.status_code, retried.json()["generation"]) == (202, 2)
    assert await front_door.counts(tenant) == (0, 3)
    await front_door.hear(extracted(tenant, pair._replace(generation=2)))
    assert await front_door.counts(tenant) == (3, 0)


async def test_a_retry_needs_a_living_subscription_too(front_door: FrontDoor):
    tenant = await front_door.tenant()
    pair = await a_failed_document(front_door, tenant, pages=1)
    await front_door.change(tenant, status="past_due")

    refused = await retry(front_door, tenant, pair)

    assert (refused.status_code, refused.json()["code"]) == (402, "subscription_inactive")
    assert await front_door.counts(tenant) == (0, 0)


async def a_failed_document(door: FrontDoor, tenant: Renter, *, pages: int) -> Pair:
    """A batch of one document, which could not be read."""
    batch = (await door.submit(tenant, many_pages(pages))).json()
    pair = Pair(UUID(batch["id"]), UUID(batch["files"][0]["document_id"]), 1, pages)
    await door.hear(failed(tenant, pair))
    return pair


async def retry(door: FrontDoor, tenant: Renter, pair: Pair) -> httpx2.Response:
    async with door.http(tenant) as client:
        return await client.post(f"/api/batches/{pair.batch_id}/retry")
