"""A soak: faults of all kinds by turns under steady load, and afterwards nothing may have grown that should not.

`make test-faults PART=soak MINUTES=60` before a release; three minutes in the full run.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from functools import partial

import psutil
import pytest

from shared.migrations import SERVICES
from tests.faults.record import Case, RecordCase, minutes_to_soak
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import survives
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

MEGABYTE = 1 << 20
GROWTH_PER_10_MINUTES = 1.0  # megabytes
SPREAD = 8.0  # megabytes by which two looks at a process at rest differ
OUTBOXES = "SELECT pg_total_relation_size('outbox')"


@pytest.mark.full("first")
@pytest.mark.timeout(0)  # it is told how long
async def test_hours_of_mixed_faults_leave_nothing_behind(world: World, tenants: list[Tenant], record_case: RecordCase):
    case, dice = record_case("R52", seed=52), random.Random(52)
    await hand_in(tenants, batches=2, documents=5)
    assert await settled(world, tenants) == []
    before = usage(world)

    await survives(world, tenants, case, partial(soak, dice=dice), flows_within=30, within=180)
    assert await settled(world, tenants) == []
    after = usage(world)
    lived = minutes_to_soak() / 10
    grown = {name: (after[name]["rss"] - before[name]["rss"]) / MEGABYTE for name in SERVICES}
    files = {name: after[name]["files"] - before[name]["files"] for name in SERVICES}
    outboxes = {name: (await world.ask(name, OUTBOXES))[0][0] / MEGABYTE for name in SERVICES}
    case.figure = (
        f"{minutes_to_soak():g} minutes; memory {max(grown.values()):+.1f} MB at most, open files"
        f" {max(files.values()):+d}, the largest outbox {max(outboxes.values()):.1f} MB"
    )

    assert max(grown.values()) <= SPREAD + GROWTH_PER_10_MINUTES * lived, grown
    assert max(files.values()) <= 10, files
    assert max(outboxes.values()) <= 16, outboxes


async def soak(world: World, case: Case, *, dice: random.Random) -> None:
    """One fault after the other. Processes live on: their memory is looked at."""
    over = time.monotonic() + minutes_to_soak() * 60
    while time.monotonic() < over:
        await dice.choice((cut, hold, delay, fail_storage, restart_broker))(world, case, dice)
        await asyncio.sleep(dice.uniform(2, 6))


async def cut(world: World, case: Case, dice: random.Random) -> None:
    """Every connection to one of the stores."""
    links = world.to(dice.choice(("postgres", "rabbitmq", "s3")))
    before = sum(link.cuts for link in links)
    for link in links:
        link.cut()
    case.injected("connection cut", sum(link.cuts for link in links) - before)


async def hold(world: World, case: Case, dice: random.Random) -> None:
    """One way, for a while."""
    link = dice.choice([link for _, link in sorted(world.links.items())])
    before = link.faults
    link.hold()
    await asyncio.sleep(dice.uniform(1, 8))
    link.heal()
    case.injected("held on the way", link.faults - before)


async def delay(world: World, case: Case, dice: random.Random) -> None:
    """All ways to a store."""
    links = world.to(dice.choice(("postgres", "rabbitmq")))
    before = sum(link.faults for link in links)
    for link in links:
        link.delay(0.05)
    await asyncio.sleep(dice.uniform(2, 6))
    for link in links:
        link.heal()
    case.injected("delayed on the way", sum(link.faults for link in links) - before)


async def fail_storage(world: World, case: Case, dice: random.Random) -> None:
    """Nobody reaches S3."""
    for link in world.to("s3"):
        link.refuse()
    await asyncio.sleep(dice.uniform(1, 5))
    world.heal()
    case.injected("storage out of reach")


async def restart_broker(world: World, case: Case, dice: random.Random) -> None:
    await world.rabbitmqctl("stop_app")
    await world.rabbitmqctl("start_app")
    await until(partial(_all_ready, world), within=60)
    case.injected("broker stopped")


async def _all_ready(world: World) -> bool | None:
    probes = [await world.probe(name) for name in SERVICES]
    return all(all(probe.values()) for probe in probes) or None


def usage(world: World) -> Mapping[str, Mapping[str, int]]:
    """Bytes of memory and open files, by service."""
    processes = {name: psutil.Process(world.pids[name]) for name in SERVICES}
    return {name: {"rss": process.memory_info().rss, "files": process.num_fds()} for name, process in processes.items()}
