"""One who waits, hangs or floods is nobody else's trouble."""

import asyncio
import time
from collections import defaultdict
from functools import partial
from statistics import median

import pytest
from fastapi import Response

from tests.fake_model import Fault, Json, completion, throttles
from tests.faults.record import RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.scenario import flow, is_told
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

pytestmark = pytest.mark.full

WAITS = (1, 3, 8)
LATEST = 1.25, 2.5  # the jitter of a delay, and the pulse that looks once a second, on a busy machine


async def test_who_is_told_to_wait_waits_as_long_and_holds_up_nobody(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R20")
    asked: dict[int, list[float]] = defaultdict(list)

    def wait_first(body: Json, answer: Json) -> Response:
        """The first question of each batch is told to wait as long as its prompt says."""
        text = str(body["messages"])
        (seconds,) = (wait for wait in WAITS if f"number {wait}." in text)
        asked[seconds].append(time.monotonic())
        if len(asked[seconds]) > 1:
            return completion(body, '{"number": "2026-1", "total": "12.50"}')
        case.injected(f"told to wait {seconds} s")
        return throttles(str(seconds))(body, answer)

    fault: Fault = wait_first
    world.model.mischief = lambda: fault
    await asyncio.gather(*(tenants[0].submit(1, prompt=f"Total of number {wait}.") for wait in WAITS))
    wrong = await settled(world, tenants, within=60)
    world.model.behave()
    waited = {wait: times[1] - times[0] for wait, times in asked.items()}
    case.figure = ", ".join(f"{wait} s: {seconds:.1f}" for wait, seconds in sorted(waited.items()))

    assert wrong == []
    assert all(wait <= seconds <= wait * LATEST[0] + LATEST[1] for wait, seconds in waited.items())


async def test_receivers_that_hang_do_not_hold_up_the_others(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, bad, good = record_case("R47"), tenants[0], tenants[1:]
    idle = max([await flow(tenant) for tenant in good])
    hooks = f"{world.url('notifier')}/api/webhooks"
    for path in ("/hang", "/drip", "/500", "/302", "/endless", "/silent"):
        wish = {"url": bad.receiver.url(path), "events": ["document.extracted", "batch.completed"]}
        assert (await bad.client.post(hooks, json=wish)).status_code == 201
    await asyncio.gather(*(bad.submit(5) for _ in range(3)))
    busy = max([await flow(tenant) for tenant in good])
    case.injected("bad receiver", 6)
    case.took("others", busy, limit=2 * idle + 2)

    for hook in (await bad.client.get(hooks)).json()["items"]:
        await bad.client.delete(f"{hooks}/{hook['id']}")
    assert await settled(world, good) == []


async def test_a_flood_of_one_tenant_does_not_drown_another(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case, loud, quiet = record_case("R48"), tenants[0], tenants[1]
    idle = [await flow(quiet, documents=10) for _ in range(3)]
    began = time.monotonic()
    flood = await asyncio.gather(*(loud.submit(25) for _ in range(6)))
    busy = [await flow(quiet, documents=10) for _ in range(3)]
    for batch in flood:
        await until(partial(is_told, loud, batch.id), within=200)
    took = time.monotonic() - began
    case.injected("document of the loud tenant", 150)
    # Behind the flood they would take as long as the flood. What slows the machine down meanwhile slows down both.
    case.took("the other's ten documents", median(busy), limit=max(2 * median(idle) + 2, took / 3))

    assert await settled(world, tenants, within=200) == []
