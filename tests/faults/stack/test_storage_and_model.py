"""Faults of the object storage and of the model."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest

from services.ingest.kept_objects import FILES
from shared.db import Database
from shared.migrations import SERVICES, url_of
from shared.orphans import clear_orphans
from shared.storage import Storage
from tests.fake_model import Fault, completion, cuts_off, edits, fails, never_stops, refuses, says, throttles
from tests.faults.record import Case, RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import survives
from tests.faults.stack.storage_link import StorageLink
from tests.faults.stack.stub_model import ANSWER
from tests.faults.stack.world import World
from tests.integration.chain import an_invoice


async def test_a_storage_that_fails_loses_and_spoils_nothing(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R35", seed=35)
    links = [link for link in world.to("s3") if isinstance(link, StorageLink)]
    for link in links:
        link.share = 0.3
        link.cut()
    files = [an_invoice() for _ in range(5)]
    batches = [await tenant.submit(5, files=files) for tenant in tenants]
    await asyncio.sleep(3)
    world.heal()
    for link in links:
        case.faults += link.spoiled

    assert await settled(world, tenants, within=120) == []
    handed_in = Counter(sha256(file).hexdigest() for file in files)
    for tenant, batch in zip(tenants, batches, strict=True):
        url = world.url("ingest")
        stored = [(await tenant.client.get(f"{url}/api/files/{document}")).content for document in batch.pages]
        assert Counter(sha256(content).hexdigest() for content in stored) == handed_in
    case.figure = f"{sum(link.spoiled.total() for link in links)} requests spoiled, 0 mismatches"


@pytest.mark.full
async def test_what_a_dead_upload_left_behind_is_cleared_and_nothing_that_lives(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R36")
    storage = Storage(world.urls.s3)
    ingest = Database(url_of(world.urls.postgres, "ingest", "worker", world.passwords["ingest"]["worker"]))
    await clear_orphans(ingest, storage, FILES, grace=timedelta(0))  # of the cases before
    for _ in range(3):
        fired = world.arm("ingest", "intake.after_store")
        await tenants[0].submit(3)
        case.injected("killed between file and row", fired.exists())
        fired.unlink()
    over = asyncio.create_task(hand_in(tenants, batches=2, documents=3))
    cleared = 0
    while not over.done():
        cleared += (await clear_orphans(ingest, storage, FILES, grace=timedelta(0)))[0]
    await over
    cleared += (await clear_orphans(ingest, storage, FILES, grace=timedelta(0)))[0]
    await ingest.close()

    left = [key async for page in storage.pages(f"batches/{tenants[0].id}/") for key, _ in page]
    documents = sum(len(batch.pages) for batch in tenants[0].batches)
    case.figure = f"{cleared} orphans cleared, {len(left)} objects of {documents} documents left"
    assert await settled(world, tenants) == []
    assert (cleared, len(left)) == (9, documents)


FAULTS: list[Fault] = [
    fails(500),
    fails(503),
    throttles("1"),
    cuts_off,
    refuses,
    says(""),
    says("{"),
    says('{"total": NaN}'),
    says('{"total": "1", "total": "2"}'),
    edits(lambda _: {"total": {"surprise": [1]}}),
    edits(lambda _: [1, 2, 3]),
    never_stops,
    lambda body, _: completion(body, "I would rather not.", finish_reason="length"),
]


async def test_whatever_the_model_says_nothing_invalid_is_kept(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R37", seed=37)
    dice = random.Random(37)
    before = world.model.spoiled
    world.model.mischief = lambda: dice.choice(FAULTS) if dice.random() < 0.3 else None
    try:
        batches = await hand_in(tenants, batches=2, documents=5)
        wrong = await settled(world, tenants, within=200)
    finally:
        world.model.behave()
    case.injected("misbehaved", world.model.spoiled - before)

    assert wrong == []
    kept: Counter[str] = Counter()
    for batch, tenant in zip(batches, [tenant for tenant in tenants for _ in range(2)], strict=True):
        page = await tenant.get("extractor", "/api/results", batch_id=str(batch.id), limit=200)
        for item in page["items"]:
            kept["valid" if _is_valid(item["result"]["data"]) else "invalid"] += 1
        shown = await tenant.get("aggregator", f"/api/batches/{batch.id}/documents", limit=200)
        kept["failed clearly"] += sum(bool(item["error"]) for item in shown["items"])
    case.figure = f"{dict(kept)}"
    assert kept["invalid"] == 0
    assert kept["valid"] + kept["failed clearly"] == 40


def _is_valid(data: dict[str, object]) -> bool:
    return data.keys() <= ANSWER.keys() and all(value is None or isinstance(value, str) for value in data.values())


@pytest.mark.parametrize("seconds", [30, pytest.param(600, marks=pytest.mark.full("first"))])
async def test_an_outage_of_the_model_fails_no_document(
    seconds: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R38")

    async def outage(world: World, case: Case) -> None:
        before = world.model.spoiled
        world.model.mischief = lambda: fails(503)
        await asyncio.sleep(seconds)
        world.model.behave()
        case.injected("call refused", world.model.spoiled - before)

    await survives(world, tenants, case, outage, flows_within=60, within=200, pause=seconds / 60)
    failed = 0
    for tenant in tenants:
        page = await tenant.get("aggregator", "/api/documents", limit=200)
        failed += sum(item["status"] == "failed" for item in page["items"])
    case.figure = f"{failed} documents failed"
    assert failed == 0


@pytest.mark.full
async def test_a_storage_out_of_reach_is_waited_for(world: World, tenants: list[Tenant], record_case: RecordCase):
    case = record_case("R35")

    async def away(world: World, case: Case) -> None:
        before = sum(link.faults for link in world.to("s3"))
        for name in SERVICES:
            world.links[name, "s3"].refuse()
        await asyncio.sleep(10)
        world.heal()
        case.injected("connection refused or cut", sum(link.faults for link in world.to("s3")) - before)

    await survives(world, tenants, case, away, flows_within=15, within=120)
