"""Who may submit, how often and how much at once: asked over HTTP, answered before anything is read or stored."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.ingest.plans import MAY_SUBMIT
from services.ingest.turns import take_turn
from shared.db import run_sql
from shared.events import DocumentUploaded, Share, decode
from shared.vocabulary import Role
from tests.integration.front_door import FrontDoor, Renter
from tests.pdf_makers import many_pages

BOUNDARY = {"content-type": "multipart/form-data; boundary=x"}


class Body:
    """A request body that knows whether somebody began to read it."""

    def __init__(self) -> None:
        self.read = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.read = True
        yield b"--x--\r\n"


async def knock(door: FrontDoor, user: Renter) -> int:
    """The status of a submission whose form is broken: 400 for whoever gets as far as that."""
    async with door.http(user) as client:
        return (await client.post("/api/batches", content=b"-", headers=BOUNDARY)).status_code


async def test_of_fifty_at_once_exactly_the_plan_s_ten_a_minute_get_in(front_door: FrontDoor):
    tenant, other = await front_door.tenant(plan="plus"), await front_door.tenant(plan="plus")

    statuses = await asyncio.gather(*(knock(front_door, tenant) for _ in range(50)))

    assert (statuses.count(400), statuses.count(429)) == (10, 40)
    assert await knock(front_door, other) == 400


async def test_a_refused_submission_is_told_when_to_come_back_and_its_body_is_not_read(front_door: FrontDoor):
    tenant = await front_door.tenant(batches_per_minute=1)
    assert await knock(front_door, tenant) == 400
    body = Body()

    async with front_door.http(tenant) as client:
        answer = await client.post("/api/batches", content=body, headers=BOUNDARY)

    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (429, "rate_limited", True)
    assert 55 <= int(answer.headers["retry-after"]) <= 60
    assert not body.read


async def test_the_window_slides_and_the_next_turn_is_free_when_the_oldest_is_a_minute_old(front_door: FrontDoor):
    tenant = await front_door.tenant()

    async def turns(count: int) -> list[int]:
        async with front_door.api_db.transaction(tenant=tenant.id) as tx:
            return [await take_turn(tx, tenant.id, "submit", per_minute=3) for _ in range(count)]

    async def time_passes(seconds: int) -> None:
        async with front_door.db.transaction() as tx:
            sql = "UPDATE turns SET taken = ARRAY(SELECT t - make_interval(secs => $2) FROM unnest(taken) t) WHERE tenant_id = $1"
            await run_sql(tx, sql, tenant.id, float(seconds))

    assert await turns(1) == [0]
    await time_passes(40)
    assert [wait > 0 for wait in await turns(3)] == [False, False, True]
    await time_passes(21)
    assert [wait > 0 for wait in await turns(2)] == [False, True]
    await time_passes(40)
    assert [wait > 0 for wait in await turns(3)] == [False, False, True]


async def test_a_smaller_and_a_larger_limit_hold_at_once(front_door: FrontDoor):
    tenant = await front_door.tenant(batches_per_minute=5)
    assert [await knock(front_door, tenant) for _ in range(6)] == [400] * 5 + [429]

    await front_door.change(tenant, batches_per_minute=2)
    assert await knock(front_door, tenant) == 429
    await front_door.change(tenant, batches_per_minute=7)
    assert [await knock(front_door, tenant) for _ in range(3)].count(400) <= 2


async def test_looking_first_does_not_use_up_the_turn_to_submit(front_door: FrontDoor):
    tenant = await front_door.tenant(batches_per_minute=1)

    looked = await front_door.submit(tenant, many_pages(1), to="/api/batches?dry_run=true")
    again = await front_door.submit(tenant, many_pages(1), to="/api/batches?dry_run=true")
    submitted = await front_door.submit(tenant, many_pages(1))

    assert [answer.status_code for answer in (looked, again, submitted)] == [200, 429, 202]


@pytest.mark.parametrize("status", ["past_due", "canceled", "unpaid", "paused", "incomplete"])
async def test_without_a_living_subscription_nothing_is_submitted_and_all_is_read(front_door: FrontDoor, status: str):
    tenant = await front_door.tenant(plan="growth", status=status)
    body = Body()

    async with front_door.http(tenant) as client:
        refused = await client.post("/api/documents", content=body, headers=BOUNDARY)
        usage = await client.get("/api/usage")

    assert (refused.status_code, refused.json()["code"]) == (402, "subscription_inactive")
    assert "set-plan" in refused.json()["detail"]
    assert not body.read
    assert (usage.status_code, usage.json()["status"]) == (200, status)


@pytest.mark.parametrize("status", sorted(MAY_SUBMIT))
async def test_an_active_or_trialing_subscription_submits(front_door: FrontDoor, status: str):
    tenant = await front_door.tenant(plan="starter", status=status)

    assert (await front_door.submit(tenant, many_pages(1), to="/api/documents")).status_code == 202


async def test_a_plan_without_batches_takes_single_documents(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")

    batch = await front_door.submit(tenant, many_pages(1), many_pages(2))
    single = await front_door.submit(tenant, many_pages(1), to="/api/documents")

    assert (batch.status_code, batch.json()["code"]) == (403, "plan_without_batches")
    assert (single.status_code, await front_door.counts(tenant)) == (202, (0, 1))


async def test_more_files_than_the_plan_allows_are_refused_together(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="plus")

    answer = await front_door.submit(tenant, *[b"%PDF"] * 51)

    assert (answer.status_code, answer.json()["code"], answer.json()["files_per_batch"]) == (413, "too_many_files", 50)
    assert not await front_door.rows("SELECT 1 FROM batches WHERE tenant_id = $1", tenant.id)


async def test_a_dry_run_says_what_would_be_and_stores_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="plus", pages_per_month=10)
    await front_door.reserve(tenant, 2)

    answer = await front_door.submit(
        tenant, many_pages(6), many_pages(5), b"no document", many_pages(2), to="/api/batches?dry_run=true"
    )

    look = answer.json()
    assert (answer.status_code, look["pages"], look["accepted_pages"], look["fits"]) == (200, 13, 8, False)
    assert [(file["pages"], (file["error"] or {}).get("category")) for file in look["files"]] == [
        (6, None),
        (5, "quota_exceeded"),
        (0, "unsupported_type"),
        (2, None),
    ]
    assert look["cost"] == 0.016
    assert (look["quota"]["limit"], look["quota"]["reserved"], look["quota"]["remaining"]) == (10, 2, 8)
    for table in ("batches", "documents", "outbox"):
        assert not await front_door.rows(f"SELECT 1 FROM {table} WHERE tenant_id = $1", tenant.id)
    assert await front_door.counts(tenant) == (0, 2)


async def test_usage_shows_the_plan_the_month_and_the_months_before(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="plus")
    await front_door.reserve(tenant, 30)
    async with front_door.db.transaction() as tx:
        sql = "INSERT INTO quota_periods VALUES ($1, '2025-01-01Z', '2025-02-01Z', 100, 0, 90)"
        await run_sql(tx, sql, tenant.id)

    async with front_door.http(await front_door.user(tenant.id, Role.VIEWER)) as client:
        usage = (await client.get("/api/usage")).json()

    assert (usage["plan"], usage["status"], usage["files_per_batch"]) == ("plus", "active", 50)
    assert (usage["limit"], usage["used"], usage["reserved"], usage["remaining"]) == (2000, 0, 30, 1970)
    assert [(period["limit"], period["used"]) for period in usage["periods"]] == [(2000, 0), (100, 90)]
    assert usage["resets_at"] == usage["periods"][0]["period_end"]


async def test_a_viewer_may_only_read(front_door: FrontDoor):
    viewer = await front_door.tenant(role=Role.VIEWER)

    answer = await front_door.submit(viewer, many_pages(1))

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_retries_have_turns_of_their_own(front_door: FrontDoor):
    tenant = await front_door.tenant(batches_per_minute=2)
    async with front_door.http(tenant) as client:
        answers = [await client.post(f"/api/batches/{uuid4()}/retry") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert await knock(front_door, tenant) == 400


async def test_a_document_tells_what_its_tenants_plan_gives_it_in_the_queues(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="growth")
    await front_door.submit(tenant, many_pages(1))

    (told,) = await front_door.rows(
        "SELECT body FROM outbox WHERE tenant_id = $1 AND type = 'document.uploaded'", tenant.id
    )

    uploaded = decode(bytes(told.body))
    assert isinstance(uploaded, DocumentUploaded)
    assert uploaded.share == Share(weight=4, at_once=32)


async def test_a_share_of_its_own_goes_before_the_plans_from_the_next_document_on(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="growth")
    for own in ({"queue_weight": 0.5, "documents_at_once": 3}, {"queue_weight": None, "documents_at_once": None}):
        await front_door.change(tenant, **own)
        await front_door.submit(tenant, many_pages(1))

    told = await front_door.rows(
        "SELECT body FROM outbox WHERE tenant_id = $1 AND type = 'document.uploaded' ORDER BY position", tenant.id
    )

    shares = [event.share for row in told if isinstance(event := decode(bytes(row.body)), DocumentUploaded)]
    assert shares == [Share(weight=0.5, at_once=3), Share(weight=4, at_once=32)]


async def test_retries_of_one_document_and_of_many_take_turns_as_those_of_a_batch(front_door: FrontDoor):
    tenant = await front_door.tenant(batches_per_minute=3)
    bulk = {"action": "retry", "ids": [str(uuid4())]}
    async with front_door.http(tenant) as client:
        answers = [
            await client.post(f"/api/documents/{uuid4()}/retry"),
            await client.post("/internal/bulk/documents", json=bulk),
            await client.post("/internal/bulk/batches", json=bulk),
            await client.post("/internal/bulk/batches?continued=true", json=bulk),
            await client.post("/internal/bulk/batches", json=bulk),
            await client.post(f"/api/documents/{uuid4()}/retry"),
        ]
        cancelled = await client.post("/internal/bulk/batches", json=bulk | {"action": "cancel"})

    assert [answer.status_code for answer in answers] == [404, 200, 200, 200, 429, 429]
    assert cancelled.status_code == 200
