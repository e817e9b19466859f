"""Faults of PostgreSQL and of the way to it."""

import asyncio
import signal
import time
from functools import partial

import asyncpg
import pytest

from ingestio.stack.ready import postgres_answers, wait_ready
from shared.bell import Bell
from shared.db import Database, run_sql
from shared.migrations import SERVICES, url_of
from shared.outbox import Relay, publish
from shared.publishing import Message
from tests import makers
from tests.faults.record import Case, RecordCase, full_run
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Accepted, Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import Fault, survives
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

CRASHES = 5 if full_run() else 2


async def server_crashes(world: World, case: Case) -> None:
    """An immediate shutdown: every session dies, the next start replays the log."""
    for _ in range(CRASHES):
        await world.crash("postgres", signal.SIGQUIT)
        world.revive("postgres")
        await wait_ready(partial(postgres_answers, world.urls.postgres), what="PostgreSQL", within=60)
        case.injected("server crashed")
        began = time.monotonic()
        await world.ready(within=20)
        case.took("pools back", time.monotonic() - began, limit=10)


async def server_away(world: World, case: Case) -> None:
    """Refused for ten seconds: requests are told so, none hangs."""
    for link in world.to("postgres"):
        link.refuse()
    await asyncio.sleep(10)
    case.injected("connection refused or cut", sum(link.cuts for link in world.to("postgres")))
    world.heal()


async def silent_for_a_while(world: World, case: Case) -> None:
    """A black hole between every service and its database."""
    before = sum(link.faults for link in world.to("postgres"))
    for link in world.to("postgres"):
        link.hold()
    await asyncio.sleep(20)
    world.heal()
    case.injected("held on the way", sum(link.faults for link in world.to("postgres")) - before)


async def answers_to_commits_are_lost(world: World, case: Case) -> None:
    """The commit is done and nobody hears of it: what was asked must be asked again without being done twice."""
    for number in range(18):
        link = world.links[SERVICES[number % len(SERVICES)], "postgres"]
        link.cut_after = b"COMMIT"
        await asyncio.sleep(0.5)
        case.injected("answer to a commit lost", link.cut_after is None)
        link.cut_after = None


@pytest.mark.parametrize(
    ("id_", "fault", "flows_within"),
    [
        ("R26", server_crashes, 10),
        pytest.param("R26", server_away, 10, marks=pytest.mark.full),
        pytest.param("R26", silent_for_a_while, 10, marks=pytest.mark.full),
        pytest.param("R30", answers_to_commits_are_lost, 10, marks=pytest.mark.full),
    ],
)
async def test_nothing_is_lost_or_doubled_when(
    *, id_: str, fault: Fault, flows_within: float, world: World, tenants: list[Tenant], record_case: RecordCase
):
    await survives(world, tenants, record_case(id_), fault, flows_within=flows_within)


async def test_requests_without_a_database_are_refused_and_do_not_hang(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R26")
    for link in world.to("postgres"):
        link.refuse()
    began = time.monotonic()
    answers = [await tenants[0].client.get(f"{world.url(name)}{path}") for name, path in READS]
    took = time.monotonic() - began
    case.injected("connection refused or cut", sum(link.cuts for link in world.to("postgres")))
    world.heal()

    case.took(f"{len(answers)} reads refused", took, limit=10)
    assert {answer.status_code for answer in answers} == {503}


READS = (("ingest", "/api/usage"), ("aggregator", "/api/batches"), ("exporter", "/api/exports"))


@pytest.mark.full
async def test_a_locked_batch_holds_up_nobody_else(world: World, tenants: list[Tenant], record_case: RecordCase):
    case = record_case("R28")
    held = await tenants[0].submit(2)
    await until(partial(_heard_of, world, held), within=30)
    url = url_of(world.urls.postgres, "aggregator", "worker", world.passwords["aggregator"]["worker"])
    connection = await asyncpg.connect(url)
    took = []
    async with connection.transaction():
        locked = await connection.fetch("SELECT 1 FROM batches WHERE batch_id = $1 FOR UPDATE", held.id)
        case.injected("row locked", len(locked))
        for tenant in tenants[1:]:
            began = time.monotonic()
            answer = await tenant.client.get(f"{world.url('aggregator')}/api/batches")
            took.append(time.monotonic() - began)
            assert answer.status_code == 200
            await tenant.submit(2)
        await asyncio.sleep(12)  # longer than the services' lock time-out
    await connection.close()

    case.figure = f"reads of others within {max(took):.2f} s"
    assert await settled(world, tenants) == []


@pytest.mark.full
async def test_with_hardly_any_connection_requests_are_shed_and_nothing_locks_up(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R29")
    admin = await asyncpg.connect(world.urls.postgres)
    await admin.execute("ALTER ROLE ingest_api CONNECTION LIMIT 6")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ingest_api'")
    try:
        await hand_in(tenants, batches=6 if full_run() else 3, documents=2)
    finally:
        await admin.execute("ALTER ROLE ingest_api CONNECTION LIMIT -1")
        await admin.close()
    answers = [answer for tenant in tenants for answer in tenant.answers]
    case.injected("connection less than the pool may have", 6)
    slowest = max(seconds for _, seconds in answers)
    case.figure = f"{sum(status >= 500 for status, _ in answers)} of {len(answers)} shed, slowest {slowest:.1f} s"

    assert {status for status, _ in answers} <= {202, 409, 503}
    assert await settled(world, tenants) == []


async def _heard_of(world: World, batch: Accepted) -> bool | None:
    return bool(await world.ask("aggregator", "SELECT 1 FROM batches WHERE batch_id = $1", batch.id)) or None


class Listener:
    """In the broker's place: confirms everything, and keeps the ids."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def publish(self, messages: list[Message]) -> list[bool]:
        self.ids += [str(message.id) for message in messages]
        return [True] * len(messages)


@pytest.mark.parametrize("rows_", [10_000 if full_run() else 3_000])
async def test_the_outbox_misses_no_row_and_sends_none_that_was_rolled_back(
    rows_: int, world: World, record_case: RecordCase
):
    case = record_case("R31", seed=31)
    url = url_of(world.urls.postgres, "notifier", "worker", world.passwords["notifier"]["worker"])
    world.links["notifier", "postgres"].refuse()  # the service's own relay must not take part
    db, listener = Database(url, pool_size=20), Listener()
    relays = [Relay(db, listener, Bell()) for _ in range(2)]  # type: ignore[arg-type]  # as much of a publisher as it needs
    written: set[str] = set()
    over = asyncio.Event()
    relaying = [asyncio.create_task(_relay(relay, over)) for relay in relays]
    await asyncio.gather(*(_write(db, rows_ // 16, written, case, number) for number in range(16)))
    over.set()
    await asyncio.gather(*relaying)
    await db.close()

    case.figure = f"{len(written)} committed, {len(set(listener.ids))} sent"
    assert set(listener.ids) == written
    assert len(listener.ids) == len(written)


async def _relay(relay: Relay, over: asyncio.Event) -> None:
    while await relay.relay_once() or not over.is_set():
        await asyncio.sleep(0.01)


class RolledBackError(Exception):
    """Thrown to leave a transaction."""


def _perhaps_roll_back(turn: int) -> None:
    if turn % 7 == 3:
        raise RolledBackError


async def _write(db: Database, count: int, written: set[str], case: Case, number: int) -> None:
    """Every seventh transaction is rolled back, and each holds its position open for a while."""
    for turn in range(count // 5):
        events = [makers.a_document_cancelled() for _ in range(5)]
        try:
            async with db.transaction() as tx:
                await publish(tx, events)
                await run_sql(tx, "SELECT pg_sleep($1)", (turn * 7 + number * 13) % 20 / 1000)
                _perhaps_roll_back(turn)
        except RolledBackError:
            case.injected("rolled back")
        else:
            written |= {str(event.id) for event in events}
