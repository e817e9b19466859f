"""Clocks that are wrong by minutes and jump, each service's its own: under every process lies a library that shifts its time."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import httpx2
import pytest

from shared.migrations import SERVICES
from tests.faults.record import Case, RecordCase
from tests.faults.stack.history import tenants_of
from tests.faults.stack.scenario import survives
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
FARTHEST = 600


@pytest.fixture
async def clocks(world: World) -> AsyncIterator[Mapping[str, Path]]:
    """A file for each service that says by how many seconds its wall clock is off. The loop's own clock stays right."""
    assert LIBRARY, "R49 needs libfaketime: apt-get install faketime, or leave it out with --without R49"
    files = {name: world.folder / f"clock-{name}" for name in SERVICES}
    for file in files.values():
        file.write_text("+0")
    await world.stop_services()
    await world.start_services(
        {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(world.folder / "clock-{service}"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    )
    yield files
    await world.stop_services()
    await world.start_services()


@pytest.mark.full("R49")
async def test_wrong_and_jumping_clocks_change_nothing(
    world: World, clocks: Mapping[str, Path], record_case: RecordCase
):
    case, dice = record_case("R49", seed=49), random.Random(49)

    async def jump(world: World, case: Case) -> None:
        for _ in range(3):
            for service, file in clocks.items():
                off = dice.choice((-FARTHEST, FARTHEST))
                file.write_text(f"{off:+d}")
                await until(partial(_is_off, world, service, off), within=10)
                case.injected("clock 10 minutes off")
            await asyncio.sleep(5)

    async with tenants_of(world, 4) as tenants:
        await survives(world, tenants, case, jump, flows_within=15, within=90)


async def _is_off(world: World, service: str, off: int) -> bool | None:
    """The service itself says what it takes for the time, in each of its answers."""
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
        said = parsedate_to_datetime((await client.get(f"{world.url(service)}/healthz")).headers["date"])
    return abs((said - datetime.now(UTC)).total_seconds() - off) < 5 or None
