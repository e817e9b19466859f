"""What operators change about a queue while it runs: its worker follows without a restart, and nobody else may."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from shared.db import Database
from shared.errors import Category, Stage, Transient
from shared.jobs import Job, NewJob, Outcome, enqueue
from shared.metrics import WORKER_PAUSED
from shared.service import Service, build_app
from shared.vocabulary import Priority
from shared.worker import Worker
from tests.integration.role_tokens import TokensAreRoles, as_
from tests.stores import SettingsOf

QUEUE = "/api/queues/extractor"


@dataclass
class Queue:
    """The extractor's, worked on by a service that runs; a job ends when `ends` lets it, or at once as `fails` says."""

    service: Service
    client: httpx2.AsyncClient
    ends: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    fails: bool = False

    async def run(self, job: Job) -> Outcome:
        if self.fails:
            raise Transient(Category.INTERNAL, "not now")
        await self.ends.acquire()
        return Outcome(job, "done")

    async def add(self, jobs: int) -> None:
        tenant = uuid4()
        async with self.service.db.transaction() as tx:
            await enqueue(tx, [NewJob(tenant, tenant, uuid4(), 1, Priority.NORMAL, b"{}") for _ in range(jobs)])
        self.service.bell.ring()

    async def set(self, **change: Any) -> dict[str, Any]:
        answer = await self.client.patch(QUEUE, json=change)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def states(self) -> dict[str, int]:
        return Counter(row.state for row in await self.service.db.ask("SELECT state::text AS state FROM jobs"))

    async def come_to(self, **states: int) -> None:
        await until(lambda: self._is_at(states))

    async def _is_at(self, states: dict[str, int]) -> bool:
        return await self.states() == states

    @property
    def worker(self) -> Worker:
        assert self.service.worker
        return self.service.worker


async def until(there: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await there():
            await asyncio.sleep(0.02)


@pytest.fixture
async def queue(settings_of: SettingsOf, extractor_db: Database) -> AsyncIterator[Queue]:
    """With one slot, as it was started."""
    service = Service("extractor", settings_of("extractor"))
    service.verifier = TokensAreRoles()
    service.hear({})

    async def run(job: Job) -> Outcome:
        return await one.run(job)

    service.work(Worker(db=service.db, bell=service.bell, run=run, failed=None, stage=Stage.EXTRACT, slots=1))
    transport = httpx2.ASGITransport(build_app("extractor", [service]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://t", headers=as_("operator")) as client:
        one = Queue(service, client)
        await service.start()
        yield one
        for _ in one.worker.leases:
            one.ends.release()
        await service.stop()


async def paused(queue: Queue) -> None:
    """The worker has heard of it, which its metric tells."""

    async def told() -> bool:
        return is_told_of_as_paused()

    await queue.set(paused=True)
    await until(told)


def is_told_of_as_paused() -> bool:
    return bool(WORKER_PAUSED.labels("extractor")._value.get())


def another_worker(queue: Queue) -> Worker:
    """Beside the one that runs, in this process."""
    service = queue.service
    return Worker(db=service.db, bell=service.bell, run=queue.run, failed=None, stage=Stage.EXTRACT, slots=4)


async def test_a_paused_queue_ends_what_runs_and_begins_nothing(queue: Queue):
    await queue.add(3)
    await queue.come_to(r=1, q=2)

    await paused(queue)
    queue.ends.release()
    await queue.come_to(x=1, q=2)
    await queue.worker._claim_all()

    assert queue.worker.leases == set()
    shown = (await queue.client.get(QUEUE)).json()
    assert (shown["paused"], shown["ready"], shown["running"]) == (True, 2, 0)


async def test_a_queue_that_is_resumed_goes_on_by_itself(queue: Queue):
    await paused(queue)
    await queue.add(2)
    await queue.set(paused=False)

    await queue.come_to(r=1, q=1)


async def test_a_paused_queue_is_no_broken_one(queue: Queue):
    await queue.add(1)
    await queue.come_to(r=1)
    await paused(queue)
    ((seen,),) = await queue.service.db.ask("SELECT max(seen) FROM workers")

    async def renewed() -> bool:
        return bool(await queue.service.db.ask("SELECT FROM workers WHERE seen > $1", seen))

    await until(renewed)

    assert set((await queue.service.probe()).values()) == {True}
    assert await queue.states() == {"r": 1}


async def test_a_worker_that_starts_knows_of_the_pause_before_its_first_claim(queue: Queue):
    await paused(queue)
    await queue.add(1)
    another = another_worker(queue)

    await another.register()
    await another._claim_all()

    assert another.leases == set()


async def test_a_worker_tells_what_it_knows_itself_not_what_an_earlier_one_of_its_process_knew(queue: Queue):
    await paused(queue)

    another = another_worker(queue)
    told_at_first = is_told_of_as_paused()
    await another.register()

    assert (told_at_first, is_told_of_as_paused()) == (False, True)


async def test_slots_bound_what_runs_at_once_as_soon_as_they_are_set(queue: Queue):
    await queue.add(6)
    await queue.come_to(r=1, q=5)

    await queue.set(slots=3)
    await queue.come_to(r=3, q=3)


async def test_fewer_slots_interrupt_nothing(queue: Queue):
    await queue.set(slots=3)
    await queue.add(5)
    await queue.come_to(r=3, q=2)

    await queue.set(slots=1)
    await until(lambda: has_slots(queue, 1))
    for _ in range(2):
        queue.ends.release()
    await queue.come_to(x=2, r=1, q=2)
    await queue.worker._claim_all()

    assert await queue.states() == {"x": 2, "r": 1, "q": 2}


async def has_slots(queue: Queue, number: int) -> bool:
    return queue.worker._slots == number


async def test_retries_bound_the_attempts_as_soon_as_they_are_set(queue: Queue):
    queue.fails = True
    await queue.add(1)
    await queue.come_to(d=1)

    await queue.set(retries=0)
    await until(lambda: tries(queue, 1))
    await queue.add(1)

    await queue.come_to(d=1, f=1)


async def tries(queue: Queue, attempts: int) -> bool:
    return queue.worker._retries.max_attempts == attempts


async def test_a_change_keeps_what_it_does_not_name_and_null_is_as_usual(queue: Queue):
    await queue.set(slots=3)
    both = await queue.set(retries=1)
    one = await queue.set(slots=None)

    assert (both["slots"], both["retries"]) == (3, 1)
    assert (one["slots"], one["retries"], one["usual_slots"], one["usual_retries"]) == (None, 1, 1, 3)
    assert one["changed_by"] == "the operator"


async def test_a_change_is_written_down_with_who_made_it(queue: Queue):
    await queue.set(paused=True, slots=None)

    (entry,) = await queue.service.db.ask(
        "SELECT user_name, role, action, details::text AS details FROM audit ORDER BY at DESC LIMIT 1"
    )

    assert (entry.user_name, entry.role, entry.action) == ("the operator", "operator", "queue.change")
    assert entry.details == '{"queue": "extractor", "slots": null, "paused": true}'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "nothing_to_change"),
        ({"slots": 0}, "invalid_request"),
        ({"retries": -1}, "invalid_request"),
        ({"paused": None}, "invalid_request"),
        ({"speed": 9}, "invalid_request"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(queue: Queue, change: dict[str, Any], code: str):
    answer = await queue.client.patch(QUEUE, json=change)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
async def test_nobody_of_a_tenant_sees_or_changes_it(queue: Queue, role: str):
    answers = [
        await queue.client.get(QUEUE, headers=as_(role)),
        await queue.client.patch(QUEUE, json={"paused": True}, headers=as_(role)),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "forbidden")}
    assert await queue.service.db.ask("SELECT FROM queue_settings") == []


@pytest.mark.parametrize("sql", ["SELECT FROM queue_settings", "UPDATE queue_settings SET paused = true"])
async def test_the_role_that_answers_tenants_has_no_right_to_it(settings_of: SettingsOf, sql: str):
    connection = await asyncpg.connect(settings_of("extractor").api_database_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(sql)
    finally:
        await connection.close()
