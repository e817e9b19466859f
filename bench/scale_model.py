"""How far workers can be added: a small model of the queue with the measured costs of a claim and of a commit.

A claim holds the queue's one lock while it runs, so claims queue up behind each other; finishing does not. Each worker
claims for its free slots, runs the jobs, and claims again, at the pace of shared/pace.py. Simulated event by event.
"""

import heapq
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from bench.queue_parts import empty, new_jobs
from bench.system import Stores
from shared.db import Database, run_sql
from shared.jobs import Outcome, claim, enqueue, finish
from shared.pace import LONGEST_SECONDS, REST

SLOTS = 16
JOB_SECONDS = 5.0  # a call of a model
WORKERS = (1, 10, 50, 100, 200, 500, 1000)
_SECONDS = 60.0


@dataclass(frozen=True)
class Costs:
    """Seconds of a claim: of itself, and more for each job it takes."""

    claim: float
    job: float


async def measured_costs(there: Stores, *, times: int = 40) -> Costs:
    """From the real queue with 2,000 waiting: claims of 1 and of 16."""
    db = Database(there.database("extractor"))
    worker, tenant = uuid4(), uuid4()
    async with db.transaction() as tx:
        await enqueue(tx, new_jobs(2000, tenant=tenant))
        await run_sql(tx, "INSERT INTO shares VALUES ($1, 1, 100000)", tenant)
        await run_sql(tx, "INSERT INTO workers VALUES ($1, clock_timestamp() + interval '1 day')", worker)
    took: dict[int, list[float]] = {1: [], SLOTS: []}
    for _ in range(times):
        for slots, seconds in took.items():
            began = time.perf_counter()
            jobs = await claim(db, worker=worker, slots=slots, idle=False, max_run=timedelta(minutes=1))
            seconds.append(time.perf_counter() - began)
            async with db.transaction() as tx:
                await finish(tx, [Outcome(job, "done") for job in jobs])
    await empty(db)
    await db.close()
    one, many = (statistics.median(seconds) for seconds in took.values())
    return Costs(claim=one, job=max(many - one, 0.0) / (SLOTS - 1))


def table(costs: Costs) -> Iterator[str]:
    """One line for each number of workers: documents a second, as a share of what so many slots could do."""
    yield f"a claim takes {costs.claim * 1000:.1f} ms and {costs.job * 1000:.2f} ms more for each job"
    for workers in WORKERS:
        rate = throughput(workers, costs)
        ideal = workers * SLOTS / JOB_SECONDS
        yield f"{workers:5} workers of {SLOTS} slots: {rate:7.0f} documents/s, {rate / ideal:4.0%} of the ideal"


def throughput(workers: int, costs: Costs, *, seed: int = 1) -> float:
    """Documents a second with jobs of about JOB_SECONDS, and always more waiting than slots."""
    chance = random.Random(seed)
    free, asking, rested = [SLOTS] * workers, [True] * workers, [0.0] * workers
    events = [(chance.random(), number, "ask") for number in range(workers)]
    heapq.heapify(events)
    lock_free, done = 0.0, 0
    while events and events[0][0] < _SECONDS:
        now, number, what = heapq.heappop(events)
        if what == "ended":
            done += 1
            free[number] += 1
            if not asking[number]:
                asking[number] = True
                heapq.heappush(events, (max(now, rested[number]), number, "ask"))
            continue
        asking[number] = False
        taken, free[number] = free[number], 0
        lock_free = max(lock_free, now) + costs.claim + costs.job * taken
        rested[number] = lock_free + min(REST * (lock_free - now), LONGEST_SECONDS)
        for _ in range(taken):
            heapq.heappush(events, (lock_free + chance.uniform(0.5, 1.5) * JOB_SECONDS, number, "ended"))
    return done / _SECONDS
