"""The database is put back to an earlier moment while files and messages are of a later one.

Stands for a failover that lost the newest rows, and for a restore from a backup, as far as one machine shows them: there is
one server, no stream of its log, and the moment is that of a copy.
"""

import asyncio
import shutil
import signal
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from ingestio.stack.ready import postgres_answers, wait_ready
from services.ingest.orphans import clear_orphans
from shared.db import Database
from shared.migrations import url_of
from shared.storage import Storage
from tests.faults.record import RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant, tenants_of
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import flow
from tests.faults.stack.world import World

pytestmark = pytest.mark.full


async def test_every_row_that_a_restore_lost_is_found_by_its_file(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    cases = [record_case("R27"), record_case("R51")]
    kept = await hand_in(tenants, batches=1, documents=2)
    assert await settled(world, tenants) == []
    data = world.child("postgres").recipe.folder / "data"
    backup = data.with_name("backup")
    await world.crash("postgres", signal.SIGINT)
    copying = await asyncio.create_subprocess_exec("cp", "-a", data, backup)  # with the owner, whom PostgreSQL looks at
    assert await copying.wait() == 0
    await _again(world)
    lost = await hand_in(tenants, batches=1, documents=3)
    assert await settled(world, tenants) == []

    await world.crash("postgres", signal.SIGINT)
    await asyncio.to_thread(shutil.rmtree, data)
    backup.rename(data)
    await _again(world)
    ingest = Database(url_of(world.urls.postgres, "ingest", "worker", world.passwords["ingest"]["worker"]))
    found, unknown = await clear_orphans(ingest, Storage(world.urls.s3), grace=timedelta(0))
    await ingest.close()
    for case in cases:
        case.injected("batch lost by the restore", len(lost))
        case.figure = f"{found} of {3 * len(lost)} lost files found, {unknown} unexplained"

    assert (found, unknown) == (3 * len(lost), 0)
    assert {await _status(tenant, batch.id) for tenant, batch in zip(tenants, kept, strict=True)} == {200}
    assert {await _status(tenant, batch.id) for tenant, batch in zip(tenants, lost, strict=True)} == {404}
    async with tenants_of(world, 1) as others:
        await flow(others[0])
        assert await settled(world, others) == []


async def _again(world: World) -> None:
    world.revive("postgres")
    await wait_ready(partial(postgres_answers, world.urls.postgres), what="PostgreSQL", within=60)
    await world.ready()


async def _status(tenant: Tenant, batch_id: UUID) -> int:
    return (await tenant.client.get(f"{tenant.world.url('aggregator')}/api/batches/{batch_id}")).status_code
