"""Two releases side by side: the next one's tables under today's services, and events as the next and the last would write them.

The other release is not run here (test_upgrade.py runs an earlier one): what it would change is. Revisions that only add, as
ours must, go through while documents are read, and are taken back; events gain fields nobody knows, or lose those that say
what is assumed anyway.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import asyncpg
import orjson
import pytest

from shared.events import decode
from shared.migrations import SERVICES, url_of
from tests.faults.record import Case, RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.meddler import meddling
from tests.faults.stack.scenario import survives
from tests.faults.stack.world import World

pytestmark = pytest.mark.full

LOCK_SECONDS = 2
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
EXPAND = (
    "ALTER TABLE {table} ADD COLUMN of_the_next_release text",
    "ALTER TABLE {table} ADD CONSTRAINT next_release CHECK (of_the_next_release <> '') NOT VALID",
    "ALTER TABLE {table} VALIDATE CONSTRAINT next_release",
)
TAKE_BACK = ("ALTER TABLE {table} DROP COLUMN of_the_next_release",)


async def test_tables_change_while_documents_are_read(world: World, tenants: list[Tenant], record_case: RecordCase):
    case = record_case("R33")

    async def both_ways(world: World, case: Case) -> None:
        for steps in (EXPAND, TAKE_BACK):
            await asyncio.gather(*(_change(world, service, steps, case) for service in SERVICES))
            await asyncio.sleep(3)

    await survives(world, tenants, case, both_ways, flows_within=15)
    answers = [answer for tenant in tenants for answer in tenant.answers]
    case.took("the slowest upload", max(seconds for _, seconds in answers), limit=2 * LOCK_SECONDS)
    assert {status for status, _ in answers} == {202}


async def _change(world: World, service: str, steps: tuple[str, ...], case: Case) -> None:
    """Every table, under its owner, waiting for a lock no longer than two seconds and then again, as migrations do."""
    url = url_of(world.urls.postgres, service, "owner", world.passwords[service]["owner"])
    connection = await asyncpg.connect(url, server_settings={"lock_timeout": f"{LOCK_SECONDS}s"})
    try:
        for (table,) in await connection.fetch(TABLES):
            for step in steps:
                await _insist(connection, step.format(table=table))
                case.injected("table changed")
    finally:
        await connection.close()


async def _insist(connection: Any, sql: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            await connection.execute(sql)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            assert time.monotonic() < deadline, sql
            await asyncio.sleep(0.2)
        else:
            return


@pytest.mark.parametrize("release", ["the next", "the last"])
async def test_events_of_another_release_are_understood(
    release: str, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R34")
    rewrite = {"the next": as_the_next, "the last": as_the_last}[release]
    async with meddling(world, case, rewrite=partial(_counted, rewrite, case, f"event as of {release} release")):
        batches = await hand_in(tenants, batches=2, documents=4, export='{"format": "csv"}')
        wrong = await settled(world, tenants, within=90)
    seen = [
        await tenant.get("aggregator", f"/api/batches/{batch.id}")
        for tenant, batch in zip((tenant for tenant in tenants for _ in range(2)), batches, strict=True)
    ]
    case.figure = f"{len(batches)} batches, nothing set aside"

    assert wrong == []
    assert {batch["status"] for batch in seen} == {"completed"}


def _counted(rewrite: Callable[[bytes], bytes], case: Case, what: str, body: bytes) -> bytes:
    rewritten = rewrite(body)
    case.injected(what, rewritten != body)
    return rewritten


def as_the_next(body: bytes) -> bytes:
    """With fields that are not invented yet, in the envelope and in the data."""
    event = orjson.loads(body)
    event["data"] |= {"invented_later": {"deep": [1, None, "x"]}, "also_later": None}
    return orjson.dumps(event | {"extensionlater": "x"})


def as_the_last(body: bytes) -> bytes:
    """Without the fields that say what is assumed where they are missing: each of them was once added."""
    event, fields = orjson.loads(body), type(decode(body)).model_fields
    assumed = {
        name: field.get_default(call_default_factory=True) for name, field in fields.items() if not field.is_required()
    }
    event["data"] = {
        name: value for name, value in event["data"].items() if name not in assumed or value != _plain(assumed[name])
    }
    return orjson.dumps(event)


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value, default=str))
