"""Faults of processes: they die at the worst moment, freeze, are stopped, are poisoned."""

import asyncio
import os
import random
import signal
import time
from functools import partial
from pathlib import Path

import httpx2
import pytest

from shared.migrations import SERVICES
from tests.faults.record import Case, RecordCase, full_run
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import survives
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World
from tests.plain_http import plain_client

CONSUMER = ("consumer.before_commit", "consumer.before_ack", "consumer.after_ack")
OUTBOX = ("outbox.after_publish", "outbox.after_confirm", "outbox.after_delete")
JOB = ("job.after_claim", "job.before_commit", "job.after_commit")
INTAKE = ("intake.after_store", "intake.before_commit", "intake.after_commit")
POINTS = {
    "ingest": INTAKE + OUTBOX + CONSUMER,
    "classifier": CONSUMER + JOB + OUTBOX,
    "extractor": CONSUMER + JOB + OUTBOX,
    "aggregator": CONSUMER + OUTBOX,
    "exporter": CONSUMER + JOB + OUTBOX,
    "notifier": CONSUMER + JOB,
}


@pytest.mark.parametrize(
    ("service", "point"),
    [
        pytest.param(name, point, marks=() if place == turn else pytest.mark.full)
        for turn, (name, points) in enumerate(POINTS.items())
        for place, point in enumerate(points)
    ],
)
async def test_no_crash_point_loses_or_doubles_work(
    service: str, point: str, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, pid = record_case("R01"), world.pids[service]
    fired = world.arm(service, point)
    fired.unlink(missing_ok=True)

    await hand_in(tenants, batches=1, documents=3, export='{"format": "csv"}')
    await until(lambda: _exists(fired), within=30)
    case.injected(f"{service} killed at {point}")
    died = time.monotonic()
    await until(partial(world.is_new, service, pid), within=30)
    await world.ready([service])
    case.took("ready again", time.monotonic() - died, limit=15)

    assert await settled(world, tenants) == []


async def _exists(file: Path) -> bool | None:
    return file.exists() or None  # noqa: ASYNC240  # a moment


@pytest.mark.full
async def test_work_goes_on_while_services_die_again_and_again(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, dice = record_case("R02", seed=2), random.Random(2)

    async def churn(world: World, case: Case) -> None:
        for _ in range(40 if full_run() else 8):
            service = dice.choice(SERVICES)
            await until(partial(_runs, world, service), within=30)
            world.kill(service)
            case.injected("kill -9")
            await asyncio.sleep(dice.uniform(2, 5))

    await survives(world, tenants, case, churn, flows_within=30, within=60)


@pytest.mark.full
async def test_a_frozen_worker_that_thaws_writes_nothing(world: World, tenants: list[Tenant], record_case: RecordCase):
    case, also = record_case("R03"), record_case("R43")
    world.model.seconds = (10, 11)
    async with world.second("extractor"):
        await hand_in(tenants, batches=1, documents=4)
        frozen = world.pids["extractor"]
        await until(lambda: _works(world), within=30)
        world.kill("extractor", signal.SIGSTOP)
        given_away = await until(lambda: _given_away(world, tenants), within=40)
        case.injected("job of a frozen worker given away", given_away)
        also.injected("first attempt frozen", given_away)
        os.kill(frozen, signal.SIGCONT)
        world.model.behave()
        wrong = await settled(world, tenants, within=90)
    log = (world.folder / "extractor.log").read_text()
    refused = log.count("worker_was_declared_dead") + log.count("jobs_given_up") + log.count("lease_lost")
    case.figure = f"{given_away} jobs given away, refused {refused} times"

    assert wrong == []
    assert refused > 0


@pytest.mark.full
@pytest.mark.parametrize("round_", range(2 if full_run() else 1))
async def test_a_rolling_restart_is_not_noticed(
    round_: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R04", seed=round_)
    codes, slowest = set(), 0.0

    async def restart_all(world: World, case: Case) -> None:
        nonlocal slowest
        for service in SERVICES:
            began = time.monotonic()
            codes.add(await world.told_to_end(service))
            slowest = max(slowest, time.monotonic() - began)
            case.injected("told to end")
            await until(partial(_runs, world, service), within=30)
            await world.ready([service])

    await survives(world, tenants, case, restart_all, flows_within=15)
    case.took("the slowest ended", slowest, limit=20)
    assert codes == {0}


@pytest.mark.full
async def test_a_document_that_kills_its_worker_is_set_aside_and_its_neighbours_are_not_hurt(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R05")
    world.kill("extractor", signal.SIGSTOP)
    batches = await hand_in(tenants, batches=1, documents=5)
    poison = next(iter(batches[0].pages))
    world.arm("extractor", f"job.{poison}")
    world.kill("extractor", signal.SIGCONT)

    async def rearm() -> None:
        fired = world.folder / "failpoints" / "extractor" / f"job.{poison}.fired"
        while True:
            if fired.exists():  # a moment
                case.injected("worker killed by a document")
                fired.unlink()
                world.arm("extractor", f"job.{poison}")
            await asyncio.sleep(0.05)

    rearming = asyncio.create_task(rearm())
    wrong = await settled(world, tenants, within=120)
    rearming.cancel()
    seen = await tenants[0].get("aggregator", f"/api/documents/{poison}")
    others = [await tenant.get("aggregator", "/api/documents", limit=200) for tenant in tenants]
    failed = {item["id"]: item["error"] for page in others for item in page["items"] if item["status"] == "failed"}
    case.figure = f"{case.faults.total()} deaths, then {seen['status']}; {len(failed) - 1} neighbours failed"

    assert wrong == []
    assert {id_: error["category"] for id_, error in failed.items()} == {str(poison): "worker_lost"}, failed
    assert case.faults.total() == 3


@pytest.mark.full
@pytest.mark.parametrize("service", SERVICES)
async def test_a_process_that_stands_still_for_a_while_does_no_harm(
    service: str, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R07")

    async def stand_still(world: World, case: Case) -> None:
        fired = world.arm(service, "consumer.before_commit", "block 20")
        await until(lambda: _exists(fired), within=30)
        case.injected("stood still for 20 s")
        await asyncio.sleep(20)
        fired.unlink()

    before = world.pids[service]
    await survives(world, tenants, case, stand_still, flows_within=15, within=90)
    assert world.pids[service] == before


@pytest.mark.parametrize("store", ["rabbitmq", "postgres", "s3"])
async def test_services_may_start_before_what_they_need(
    store: str, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("start order")

    async def start_without(world: World, case: Case) -> None:
        for link in world.to(store):
            link.refuse()
        for service in SERVICES:
            pid = world.kill(service)
            await until(partial(world.is_new, service, pid), within=30)
            case.injected(f"started without {store}")
        pids = dict(world.pids)
        await until(lambda: _all_wait(world), within=30)
        world.heal()
        await world.ready()
        assert world.pids == pids  # they waited, and did not end over it

    await survives(world, tenants, case, start_without, flows_within=15, within=90)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 5 if full_run() else 2))
async def test_random_ways_clog_and_clear_in_another_order(
    seed: int, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, dice = record_case("R50", seed=seed), random.Random(seed)

    async def swizzle(world: World, case: Case) -> None:
        links = dice.sample(sorted(world.links.items()), k=9)
        before = sum(link.faults for _, link in links)
        for _, link in links:
            link.hold()
            await asyncio.sleep(dice.uniform(0.2, 2))
        for _, link in dice.sample(links, k=9):
            link.heal()
            await asyncio.sleep(dice.uniform(0.2, 2))
        case.injected("held on the way", sum(link.faults for _, link in links) - before)

    await survives(world, tenants, case, swizzle, flows_within=30, within=120)


async def _runs(world: World, service: str) -> bool | None:
    return service in world.pids or None


async def _works(world: World) -> bool | None:
    return len(await world.ask("extractor", "SELECT 1 FROM jobs WHERE state = 'r'")) >= 4 or None


async def _given_away(world: World, tenants: list[Tenant]) -> int | None:
    """How many jobs of these tenants were; those of earlier cases stay in the table."""
    sql = "SELECT count(*) FROM jobs WHERE crashes > 0 AND tenant_id = ANY($1)"
    return (await world.ask("extractor", sql, [tenant.id for tenant in tenants]))[0][0] or None


async def _all_wait(world: World) -> bool | None:
    """Every service answers, and says that it is not ready."""
    async with plain_client(timeout=15) as client:
        try:
            answers = [await client.get(f"{world.url(name)}/readyz") for name in SERVICES]
        except httpx2.TransportError:
            return None
    return all(answer.status_code == 503 for answer in answers) or None
