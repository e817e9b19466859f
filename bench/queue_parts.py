"""A queue for benchmarks: the extractor's tables in a stack of their own, workers whose jobs take a set time."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from ingestio.stack import Stack
from shared.bell import Bell
from shared.db import Database, run_sql
from shared.errors import Stage
from shared.jobs import Job, NewJob, Outcome, enqueue
from shared.migrations import ROLES, migrate, url_of
from shared.pulse import Pulse
from shared.vocabulary import Priority
from shared.worker import Worker

EMPTY = ("DELETE FROM jobs", "DELETE FROM flows", "DELETE FROM clocks", "DELETE FROM shares", "DELETE FROM workers")


@asynccontextmanager
async def a_queue() -> AsyncIterator[tuple[Database, str]]:
    """The database of a queue, empty, and its URL."""
    with tempfile.TemporaryDirectory() as folder:
        async with Stack(Path(folder) / "home") as urls:
            passwords = {role: secrets.token_hex(8) for role in ROLES}
            await migrate("extractor", urls.postgres, passwords)
            url = url_of(urls.postgres, "extractor", "worker", passwords["worker"])
            db = Database(url)
            yield db, url
            await db.close()


def new_jobs(
    count: int, *, tenant: UUID, batch: UUID | None = None, priority: Priority = Priority.NORMAL
) -> list[NewJob]:
    batch = batch or uuid4()
    return [NewJob(tenant, batch, uuid4(), 1, priority, b"{}") for _ in range(count)]


async def empty(db: Database) -> None:
    async with db.transaction() as tx:
        for statement in EMPTY:
            await run_sql(tx, statement)


@dataclass
class Office:
    """A worker as a service runs it. Each job takes `seconds`; who waits for a batch hears when its last job is done."""

    db: Database
    url: str
    slots: int
    seconds: float
    left: dict[UUID, int] = field(default_factory=dict)
    done: dict[UUID, asyncio.Event] = field(default_factory=dict)
    bell: Bell = field(default_factory=Bell)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        worker = Worker(db=self.db, bell=self.bell, run=self._run, failed=None, stage=Stage.EXTRACT, slots=self.slots)
        await worker.register()
        tasks = [asyncio.create_task(worker.run()), asyncio.create_task(Pulse(self.url, self.bell, worker).run())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def submit(self, jobs: list[NewJob]) -> asyncio.Event:
        """Enqueue a batch; the event is set when all of it is done."""
        batch = jobs[0].batch_id
        self.left[batch], self.done[batch] = len(jobs), asyncio.Event()
        async with self.db.transaction() as tx:
            await enqueue(tx, jobs)
        self.bell.ring()
        return self.done[batch]

    async def _run(self, job: Job) -> Outcome:
        await asyncio.sleep(self.seconds)
        self.left[job.batch_id] -= 1
        if not self.left[job.batch_id]:
            self.done[job.batch_id].set()
        return Outcome(job, "done")
