"""PostgreSQL moves to another server: a standby that has everything, one that lacks the newest, and a restore to a moment.

Each in a world of its own. Files and messages are then of a later time than rows: whatever was lost has to be found by its file.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from services.ingest.kept_objects import FILES, FOLDERS, PAGES
from shared.db import Database
from shared.migrations import url_of
from shared.missing_objects import find_missing
from shared.orphans import clear_orphans
from shared.storage import Storage
from tests.faults.record import Case, RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Accepted, Tenant, tenants_of
from tests.faults.stack.loads import hand_in, trickle
from tests.faults.stack.proxy import Link, listening
from tests.faults.stack.scenario import flow
from tests.faults.stack.servers import administer, base_backup, follows, move_to, start_on
from tests.faults.stack.world import World, running_world

pytestmark = pytest.mark.full

DOCUMENTS = 3


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[World]:
    """A world of its own, whose database may go."""
    async with running_world(tmp_path) as world:
        yield world


async def test_a_synchronous_standby_takes_over_and_nothing_accepted_is_lost(alone: World, record_case: RecordCase):
    case, over = record_case("R27"), asyncio.Event()
    async with tenants_of(alone, 3) as tenants:
        standby = await start_on(alone, await base_backup(alone, "standby"))
        await administer(
            alone.urls.postgres, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"
        )
        await follows(alone)
        loading = asyncio.create_task(trickle(tenants, until=over))
        await asyncio.sleep(8)
        await alone.crash("postgres", signal.SIGKILL)
        case.injected("first server killed under load")
        began = time.monotonic()
        await administer(standby, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_promote()")
        move_to(alone, standby)
        await alone.ready()
        case.took("the standby has taken over", time.monotonic() - began, limit=10)
        over.set()
        await loading
        accepted = sum(len(batch.pages) for tenant in tenants for batch in tenant.batches)
        case.figure = f"synchronous: {accepted} documents accepted, none lost"
        assert await settled(alone, tenants, within=120) == []


async def test_what_a_standby_did_not_have_yet_is_found_by_its_files(alone: World, record_case: RecordCase):
    case = record_case("R27")
    async with AsyncExitStack() as cleanup:
        first = alone.links["ingest", "postgres"].to
        link = await cleanup.enter_async_context(listening(Link(first)))
        tenants = await cleanup.enter_async_context(tenants_of(alone, 3))
        kept = await hand_in(tenants, batches=1, documents=2)
        assert await settled(alone, tenants) == []
        standby = await start_on(alone, await base_backup(alone, "standby", link=link))
        await follows(alone)
        link.hold()
        lost = await hand_in(tenants, batches=1, documents=DOCUMENTS)
        assert await settled(alone, tenants) == []
        await alone.crash("postgres", signal.SIGKILL)
        case.injected("batch that the standby did not have", len(lost))
        await administer(standby, "SELECT pg_promote()")
        move_to(alone, standby)
        await alone.ready()
        began = time.monotonic()
        await _explained(alone, case, tenants, kept=kept, lost=lost)
        case.took("asynchronous: every lost row explained", time.monotonic() - began, limit=60)


async def test_every_row_that_a_restore_to_a_moment_lost_is_found_by_its_file(alone: World, record_case: RecordCase):
    case = record_case("R51")
    async with tenants_of(alone, 3) as tenants:
        kept = await hand_in(tenants, batches=1, documents=2)
        assert await settled(alone, tenants) == []
        backup = await base_backup(alone, "restored")
        kept += await hand_in(tenants, batches=1, documents=2)
        assert await settled(alone, tenants) == []
        moment = await _moment(alone)
        lost = await hand_in(tenants, batches=1, documents=DOCUMENTS)
        assert await settled(alone, tenants) == []
        case.injected("batch after the moment", len(lost))

        log = alone.child("postgres").recipe.folder / "data" / "pg_wal"
        await alone.crash("postgres", signal.SIGINT)
        began = time.monotonic()
        (backup / "standby.signal").rename(backup / "recovery.signal")
        restored = await start_on(
            alone,
            backup,
            settings={
                "restore_command": f"cp {log}/%f %p",
                "recovery_target_time": moment,
                "recovery_target_action": "promote",
                "primary_conninfo": "",
            },
        )
        move_to(alone, restored)
        await alone.ready()
        case.took("restored to the moment, and ready", time.monotonic() - began, limit=60)
        await _explained(alone, case, tenants, kept=kept, lost=lost)


async def _moment(world: World) -> str:
    """A time of the server after which it has written something else."""
    connection = await asyncpg.connect(world.urls.postgres)
    moment: str = await connection.fetchval("SELECT clock_timestamp()::text")
    await connection.close()
    await asyncio.sleep(1)
    return moment


async def _explained(
    world: World, case: Case, tenants: Sequence[Tenant], *, kept: Sequence[Accepted], lost: Sequence[Accepted]
) -> None:
    """What is left is there, what is gone is known to be gone and found by its files, and new documents are read."""
    url = url_of(world.urls.postgres, "ingest", "worker", world.passwords["ingest"]["worker"])
    ingest = Database(url)
    storage, now = Storage(world.urls.s3), timedelta(0)
    found, unknown = await clear_orphans(ingest, storage, FILES, grace=now)
    read, _ = await clear_orphans(ingest, storage, PAGES, grace=now)
    missing = [await find_missing(ingest, storage, folder, grace=now) for folder in FOLDERS]
    await ingest.close()
    case.figure = f"{found} of {DOCUMENTS * len(lost)} lost files found, {unknown} unexplained"

    assert (found, read, unknown) == (DOCUMENTS * len(lost), DOCUMENTS * len(lost), 0)
    assert missing == [(0, [])] * len(FOLDERS)
    assert {await _status(tenants, batch.id) for batch in kept} == {200}
    assert {await _status(tenants, batch.id) for batch in lost} == {404}
    async with tenants_of(world, 1) as others:
        await flow(others[0])
        assert await settled(world, others) == []


async def _status(tenants: Sequence[Tenant], batch_id: UUID) -> int:
    (owner,) = (tenant for tenant in tenants if any(batch.id == batch_id for batch in tenant.batches))
    return (await owner.client.get(f"{owner.world.url('aggregator')}/api/batches/{batch_id}")).status_code
