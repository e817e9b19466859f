"""Faults of the broker and of the way to it."""

import asyncio
import shutil
import time
from functools import partial
from urllib.parse import quote

import pytest

from shared.messaging import HEARS, control_queue, dead_queue, declare_topology
from tests.faults.record import Case, RecordCase, full_run
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import Fault, survives
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

ALL_QUEUES = {name for service in HEARS for name in (service, control_queue(service), dead_queue(service))}
HELD_SECONDS = 60 if full_run() else 40
ALARM_SECONDS = 60 if full_run() else 20


async def application_restarts(world: World, case: Case) -> None:
    """`stop_app`, `start_app`: the node lives, the broker in it does not."""
    for _ in range(10 if full_run() else 2):
        await world.rabbitmqctl("stop_app")
        await world.rabbitmqctl("start_app")
        case.injected("broker stopped")
        await consumers_back(world, case)


async def node_dies(world: World, case: Case) -> None:
    for _ in range(5 if full_run() else 1):
        await world.crash("rabbitmq")
        world.revive("rabbitmq")
        await world.broker_answers()
        case.injected("broker killed")
        await consumers_back(world, case)


async def broker_loses_everything(world: World, case: Case) -> None:
    """The node comes back without its data: no queue, no message."""
    await world.crash("rabbitmq")
    await asyncio.to_thread(shutil.rmtree, world.child("rabbitmq").recipe.folder / "data")
    world.revive("rabbitmq")
    await world.broker_answers()
    case.injected("broker wiped")
    await consumers_back(world, case)


async def queues_deleted(world: World, case: Case) -> None:
    """The broker cancels the consumers of a queue that goes."""
    for service in HEARS:
        answer = await world.management("DELETE", f"/api/queues/ingestio/{service}")
        assert answer.is_success, answer.text
        case.injected("queue deleted")
    await consumers_back(world, case)


async def alarm(order: tuple[str, ...], undo: tuple[str, ...], world: World, case: Case) -> None:
    """The broker takes nothing for a while; the front door must not notice."""
    await world.rabbitmqctl(*order)
    await until(partial(alarmed, world), within=30)
    case.injected("alarm")
    await asyncio.sleep(ALARM_SECONDS)
    await world.rabbitmqctl(*undo)
    newest = (await world.ask("ingest", "SELECT coalesce(max(position), 0) FROM outbox"))[0][0]
    began = time.monotonic()
    await until(partial(has_left, world, newest), within=60)
    case.took("what waited is out", time.monotonic() - began, limit=10)


async def alarmed(world: World) -> bool | None:
    return (await world.management("GET", "/api/health/checks/alarms")).status_code == 503 or None


async def has_left(world: World, newest: int) -> bool | None:
    return not await world.ask("ingest", "SELECT 1 FROM outbox WHERE position <= $1 LIMIT 1", newest) or None


async def black_hole(world: World, case: Case, *, there: bool = True, back: bool = True) -> None:
    """Nothing arrives at the broker, or nothing comes back from it, for a minute; every service must see it."""
    links = world.to("rabbitmq")
    before = sum(link.faults for link in links)
    began = time.monotonic()
    for link in links:
        link.hold(there=there, back=back)
    noticed = await until(lambda: nobody_connected(world), within=HELD_SECONDS)
    case.took("noticed", noticed - began, limit=35)
    await asyncio.sleep(max(0.0, HELD_SECONDS - (time.monotonic() - began)))
    world.heal()
    case.injected("held on the way", sum(link.faults for link in links) - before)


async def nobody_connected(world: World) -> float | None:
    """Now, when every service says that it does not reach its queues."""
    probes = await asyncio.gather(*map(world.probe, HEARS))
    gone = [not probe[f"{service}.consumer"] for service, probe in zip(HEARS, probes, strict=True)]
    return time.monotonic() if all(gone) else None


async def consumers_back(world: World, case: Case) -> None:
    """Every queue has its one consumer again, within 15 seconds."""
    began = time.monotonic()

    async def complete() -> bool | None:
        consumers = await world.consumers(ALL_QUEUES)
        return set(consumers.values()) == {1} or None

    await until(complete, within=60)
    case.took("consumers back", time.monotonic() - began, limit=15)


MEMORY = partial(
    alarm,
    ("set_vm_memory_high_watermark", "absolute", "1MB"),
    ("set_vm_memory_high_watermark", "0.6"),
)
DISK = partial(alarm, ("set_disk_free_limit", "1000GB"), ("set_disk_free_limit", "50MB"))


@pytest.mark.parametrize(
    ("id_", "fault", "flows_within"),
    [
        pytest.param("R08", application_restarts, 15, marks=pytest.mark.full),
        ("R08", node_dies, 15),
        pytest.param("R09", black_hole, 15, marks=pytest.mark.full),
        pytest.param("R10", partial(black_hole, there=False), 30, marks=pytest.mark.full),
        pytest.param("R13", queues_deleted, 20, marks=pytest.mark.full),
        ("R24", broker_loses_everything, 60),
    ],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", value) if callable(value) else None,
)
async def test_nothing_is_lost_or_doubled_when(
    *, id_: str, fault: Fault, flows_within: float, world: World, tenants: list[Tenant], record_case: RecordCase
):
    await survives(world, tenants, record_case(id_), fault, flows_within=flows_within, within=90)


@pytest.mark.parametrize(
    ("id_", "fault"), [("R11", MEMORY), pytest.param("R12", DISK, marks=pytest.mark.full)], ids=["memory", "disk"]
)
async def test_an_alarm_of_the_broker_does_not_stop_intake(
    id_: str, fault: Fault, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case(id_)
    await survives(world, tenants, case, fault, flows_within=30)  # behind what was handed in meanwhile
    answers = [answer for tenant in tenants for answer in tenant.answers]
    slowest = sorted(seconds for _, seconds in answers)[int(len(answers) * 0.99) - 1]
    case.figure = f"{len(answers)} uploads"
    case.took("99 of 100 answered", slowest, limit=1)
    assert {status for status, _ in answers} == {202}


@pytest.mark.full
async def test_an_event_that_no_queue_takes_waits_until_one_does(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R15")
    answer = await world.management("GET", "/api/exchanges/ingestio/ingestio.events/bindings/source")
    for binding in answer.json():
        where = (
            f"/api/bindings/ingestio/e/ingestio.events/q/{binding['destination']}/{quote(binding['properties_key'])}"
        )
        assert (await world.management("DELETE", where)).is_success
        case.injected("binding removed")

    await hand_in(tenants, batches=1, documents=2)
    await asyncio.sleep(3)
    waiting = (await world.ask("ingest", "SELECT count(*) FROM outbox"))[0][0]
    await declare_topology(world.urls.rabbitmq)

    case.figure = f"{waiting} events waited"
    assert waiting == 4 * 3
    assert await settled(world, tenants) == []
