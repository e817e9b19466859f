"""What must hold whatever the order: duplicates, late news, cancels, deletes, quota, one answer to one key."""

import asyncio
import random
from functools import partial
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.faults.record import RecordCase, full_run
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Accepted, Tenant, tenants_of
from tests.faults.stack.loads import hand_in, trickle
from tests.faults.stack.meddler import meddling
from tests.faults.stack.proxy import Link, listening
from tests.faults.stack.stub_model import SCHEMA
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World
from tests.integration.chain import an_invoice

SEEDS = range(1, 4 if full_run() else 2)

# What must not change when old news comes again. Times of the last news may.
FACTS = {
    "ingest": "SELECT document_id, generation, status, pages FROM documents ORDER BY 1",
    "extractor": "SELECT document_id, generation, version FROM extractions ORDER BY 1, 2, 3",
    "aggregator": "SELECT batch_id, generation, completed, failed, cancelled, completed_generation FROM batches ORDER BY 1",
    "exporter": "SELECT document_id, generation, version, status FROM export_documents ORDER BY 1",
    "notifier": "SELECT delivery_id FROM deliveries ORDER BY 1",
}


async def facts(world: World) -> dict[str, list[Any]]:
    return {service: [tuple(row) for row in await world.ask(service, sql)] for service, sql in FACTS.items()}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("id_", "copies", "window"), [("R17", 3, 0), pytest.param("R18", 1, 200, marks=pytest.mark.full), ("R41", 2, 50)]
)
async def test_neither_duplicates_nor_disorder_change_anything(
    *, id_: str, copies: int, window: int, seed: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case(id_, seed=seed)
    async with meddling(world, case, copies=copies, window=window, seed=seed):
        batches = await hand_in(tenants, batches=3 if id_ == "R41" else 2, documents=4, export='{"format": "csv"}')
        wrong = await settled(world, tenants, within=90)
    told = [told for tenant in tenants for told in tenant.webhooks if told[1]["type"] == "batch.completed"]
    case.figure = f"{len(batches)} batches, {len({id_ for id_, _ in told})} completions"

    assert wrong == []
    assert len({id_ for id_, _ in told}) == len(batches)


@pytest.mark.full
async def test_the_whole_past_told_again_changes_nothing(world: World, tenants: list[Tenant], record_case: RecordCase):
    case = record_case("R19")
    async with meddling(world, case) as meddler:
        batches = await hand_in(tenants, batches=1, documents=3)
        await asyncio.gather(
            *(tenant.post(f"/api/batches/{b.id}/cancel") for tenant, b in zip(tenants, batches, strict=True))
        )
        assert await settled(world, tenants) == []
        before = await facts(world)
        case.injected("old message told again", await meddler.repeat())
        assert await settled(world, tenants) == []

    assert await facts(world) == before


@pytest.mark.full
async def test_a_stage_that_always_fails_is_tried_four_times_and_told_once(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    """Of one document, while others are read: were all to fail, the model would be out, and nobody would be to blame."""
    case, alone, over = record_case("R21"), tenants[0], asyncio.Event()
    before, world.model.hated = world.model.spoiled, b"Fail always"
    others = asyncio.create_task(trickle(tenants[1:], until=over))
    batch = await alone.submit(1, prompt="Fail always")
    try:
        await until(partial(_has_failed, alone, batch), within=240)
    finally:
        over.set()
        await others
        world.model.behave()
    case.injected("answered 500", world.model.spoiled - before)
    wrong = await settled(world, tenants, within=120)
    ((attempts,),) = await world.ask("extractor", "SELECT attempts FROM jobs WHERE tenant_id = $1", alone.id)
    told = [told for told in alone.webhooks if told[1]["type"] == "document.failed"]
    case.figure = f"{attempts} attempts, {len(told)} failure told"

    assert wrong == []
    assert (attempts, len(told)) == (4, 1)


async def _has_failed(tenant: Tenant, batch: Accepted) -> bool | None:
    return (await tenant.get("aggregator", f"/api/batches/{batch.id}"))["status"] == "failed" or None


@pytest.mark.parametrize("round_", range(5 if full_run() else 3))
async def test_of_many_at_once_exactly_as_many_are_accepted_as_there_are_pages_left(
    round_: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R39", seed=round_)
    tenant, limit, wanted = tenants[0], 10, 30
    await world.ask("ingest", "UPDATE tenants SET pages_per_month = $2 WHERE tenant_id = $1", tenant.id, limit)
    gate, wish = asyncio.Barrier(wanted), {"prompt": "Number and total", "json_schema": SCHEMA}

    async def submit() -> httpx2.Response:
        content = an_invoice()
        await gate.wait()
        return await tenant.client.post(
            f"{world.url('ingest')}/api/documents", files=[("files", ("a.pdf", content))], data=wish
        )

    answers = await asyncio.gather(*(submit() for _ in range(wanted)))
    for answer in answers:
        if answer.status_code == 202:
            file = answer.json()["files"][0]
            tenant.batches.append(Accepted(answer.json()["id"], {file["document_id"]: file["pages"]}))
    codes = sorted({answer.status_code for answer in answers})
    case.injected("request over the quota", wanted - limit)
    case.figure = f"{len(tenant.batches)} of {wanted} accepted for {limit} pages; {codes}"

    assert len(tenant.batches) == limit
    assert set(codes) == {202, 402}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("id_", "action"),
    [
        pytest.param("R42", "cancel", marks=pytest.mark.full),
        pytest.param("R44", "delete", marks=pytest.mark.full),
    ],
)
async def test_stopping_at_any_moment_leaves_nothing_in_between(
    *, id_: str, action: str, seed: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, dice = record_case(id_, seed=seed), random.Random(seed)

    async def submit_and_stop(tenant: Tenant) -> None:
        batch = await tenant.submit(4)
        await asyncio.sleep(dice.uniform(0, 2.5))
        if action == "cancel":
            answer = await tenant.post(f"/api/batches/{batch.id}/cancel")
            assert answer.status_code in {202, 409}, answer.text
        else:
            answer = await tenant.client.delete(f"{world.url('ingest')}/api/batches/{batch.id}")
            assert answer.status_code == 204, answer.text
            batch.deleted = True
        case.injected(action, answer.is_success)

    await asyncio.gather(*(submit_and_stop(tenant) for tenant in tenants for _ in range(4)))
    wrong = await settled(world, tenants, within=90)

    if action == "delete":
        await until(lambda: _nothing_left(world, tenants), within=60, every=1)
    assert [line for line in wrong if action == "cancel" or "V3" not in line] == []


async def _nothing_left(world: World, tenants: list[Tenant]) -> bool | None:
    """No row of a deleted batch in any service, nor of its documents."""
    ids = [batch.id for tenant in tenants for batch in tenant.batches if batch.deleted]
    tables = {
        "ingest": ["documents", "generations", "instructions"],
        "classifier": ["jobs", "classifications"],
        "extractor": ["jobs", "extractions"],
        "aggregator": ["documents", "batches"],
        "exporter": ["export_documents", "export_batches"],
        "notifier": ["deliveries", "notices"],
    }
    left = [
        (service, table)
        for service, names in tables.items()
        for table in names
        if (await world.ask(service, f"SELECT 1 FROM {table} WHERE batch_id = ANY($1) LIMIT 1", ids))
    ]
    return not left or None


@pytest.mark.parametrize("round_", range(3 if full_run() else 2))
@pytest.mark.parametrize("point", ["", "intake.after_store", "intake.after_commit"], ids=["", "dies", "dies-late"])
async def test_one_key_makes_one_batch(
    *, point: str, round_: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, tenant = record_case("R45", seed=round_), tenants[0]
    fired = world.arm("ingest", point) if point else None
    form = [("files", ("a.pdf", an_invoice()))]
    key = {"idempotency-key": str(uuid4())}
    data = {"prompt": "Number", "json_schema": SCHEMA}

    async def ask() -> httpx2.Response:
        async with asyncio.timeout(60):
            while (answer := await tenant._post(form, data, key)) is None or answer.status_code != 202:
                await asyncio.sleep(random.uniform(0.2, 1))
        return answer

    answers = await asyncio.gather(*(ask() for _ in range(20)))
    other = await tenant.client.post(
        f"{world.url('ingest')}/api/batches", files=form, data=data | {"prompt": "Other"}, headers=key
    )
    case.injected("same request again", len(answers) - 1)
    if fired:
        case.injected(f"killed at {point}", fired.exists())
        fired.unlink()
    bodies = {(answer.json()["id"], answer.json()["files"][0]["document_id"]) for answer in answers}
    case.figure = f"{len(bodies)} batch of {len(answers)} requests"

    assert len(bodies) == 1
    assert other.status_code == 422


@pytest.mark.full
async def test_live_events_have_no_gap_however_often_the_connection_is_cut(world: World, record_case: RecordCase):
    case = record_case("R46")
    direct = world.ports["aggregator"]
    async with listening(Link(direct)) as link:
        world.ports["aggregator"] = link.port
        try:
            async with tenants_of(world, 3) as tenants:
                loading = asyncio.create_task(hand_in(tenants, batches=2, documents=5))
                while not loading.done():
                    await asyncio.sleep(0.2)
                    link.cut()
                case.injected("connection cut", link.cuts)
                wrong = await settled(world, tenants)
        finally:
            world.ports["aggregator"] = direct
    seen = [{id_ for id_, kind, _ in tenant.live if kind != "snapshot"} for tenant in tenants]
    gaps = [id_ for ids in seen if ids for id_ in range(min(ids), max(ids)) if id_ not in ids]
    case.figure = f"{sum(map(len, seen))} events, {len(gaps)} missing"

    assert wrong == []
    assert gaps == []
