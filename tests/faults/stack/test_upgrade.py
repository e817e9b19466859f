"""An earlier release's own code and this one's, on one set of tables and one broker, while batches are handed in all the time.

`make verify-upgrade FROM=<commit>` runs it alone. The libraries are those of this checkout, for both.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from ingestio.checkout import ROOT
from tests.faults.record import Case, RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant, tenants_of
from tests.faults.stack.loads import hand_in, trickle
from tests.faults.stack.releases import Fleet, earlier_commit, fleet_of, migrate_with, unpacked
from tests.faults.stack.world import World, empty_world

pytestmark = [pytest.mark.full, pytest.mark.needs_history]

FLOWS_SECONDS = 6.0  # of load in each state
READS = {
    "ingest": ("/api/usage", "/api/batches/{batch}/prompts"),
    "aggregator": ("/api/batches", "/api/documents", "/api/batches/{batch}"),
    "extractor": ("/api/results?batch_id={batch}",),
    "exporter": ("/api/exports",),
    "notifier": ("/api/webhooks",),
    "classifier": ("/api/document-types",),
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Another than the one of all cases: its tables are made by the earlier release."""
    async with empty_world(tmp_path) as world:
        yield world


async def test_a_release_is_rolled_out_and_taken_back_under_load(world: World, tmp_path: Path, record_case: RecordCase):
    case = record_case("R33")
    commit = earlier_commit()
    assert commit
    before = unpacked(commit, tmp_path / "before")
    await migrate_with(before, world)
    async with fleet_of(world) as fleet:
        await fleet.beside(before)
        for service in fleet.doors:
            fleet.lead_to(service, before)
        async with tenants_of(world, 3) as tenants, reading(tenants) as answers:
            wrong = await taking_turns(fleet, tenants, case, before=before)
    uploads = Counter(status for tenant in tenants for status, _ in tenant.answers)
    case.figure = (
        f"from {commit[:8]}: {sum(len(tenant.batches) for tenant in tenants)} batches, {answers.total()} reads"
    )

    assert wrong == []
    assert {key: count for key, count in answers.items() if key[1] >= 500} == {}
    assert set(uploads) == {202}


async def taking_turns(fleet: Fleet, tenants: Sequence[Tenant], case: Case, *, before: Path) -> list[str]:
    """Every state that an upgrade goes through, under load; what is wrong at the end of the way there, and of that back."""
    world = fleet.world
    async with load(tenants):
        case.injected("the tables of the next release under the one before")
        await migrate_with(ROOT, world)
        await asyncio.sleep(FLOWS_SECONDS)
        case.injected("both releases at once")
        await fleet.beside(ROOT)
        await asyncio.sleep(FLOWS_SECONDS)
        case.injected("rolled out")
        await fleet.replace(before, ROOT)
        await asyncio.sleep(FLOWS_SECONDS)
    wrong = [f"rolled out: {line}" for line in await settled(world, tenants, within=90)]
    async with load(tenants):
        case.injected("both releases at once")
        await fleet.beside(before)
        await asyncio.sleep(FLOWS_SECONDS)
        case.injected("taken back")
        await fleet.replace(ROOT, before)
        await migrate_with(before, world)
        await asyncio.sleep(FLOWS_SECONDS)
    return wrong + [f"taken back: {line}" for line in await settled(world, tenants, within=90)]


@asynccontextmanager
async def load(tenants: Sequence[Tenant]) -> AsyncIterator[None]:
    """Batches, one after the other, for as long as the block runs; some ask for an export."""
    over = asyncio.Event()
    loading = asyncio.create_task(trickle(tenants, until=over))
    try:
        await hand_in(tenants, batches=1, documents=4, export='{"format": "csv"}')
        yield
    finally:
        over.set()
        await loading


@asynccontextmanager
async def reading(tenants: Sequence[Tenant]) -> AsyncIterator[Counter[tuple[str, int]]]:
    """What everybody looks at, again and again: answers by path and status. A connection that is cut is asked anew."""
    answers: Counter[tuple[str, int]] = Counter()

    async def look(tenant: Tenant) -> None:
        while True:
            for service, paths in READS.items():
                for path in paths:
                    if status := await _status(tenant, service, path):
                        answers[path, status] += 1
            await asyncio.sleep(0.2)

    looking = [asyncio.create_task(look(tenant)) for tenant in tenants]
    try:
        yield answers
    finally:
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)


async def _status(tenant: Tenant, service: str, path: str) -> int | None:
    if "{batch}" in path and not tenant.batches:
        return None
    where = path.format(batch=tenant.batches[-1].id if tenant.batches else "")
    try:
        return (await tenant.client.get(f"{tenant.world.url(service)}{where}")).status_code
    except httpx2.TransportError:
        return None
