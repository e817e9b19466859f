"""What a backlog does to others: a tenant's small batch, and another tenant's, beside 5,000 documents that wait.

    python -m bench.fairness

Runs the real queue on a PostgreSQL of its own with one worker of 8 slots, whose jobs take a tenth of a second each. First
each small batch alone, many times; then the same beside the backlog. Prints p50 and p95 of both, and their ratio.
"""

import argparse
import asyncio
import statistics
import time
from uuid import UUID, uuid4

from bench.queue_parts import Office, a_queue, empty, new_jobs
from shared.vocabulary import Priority

SLOTS = 8
SECONDS = 0.1
BACKLOG = 5000


async def measure(times: int) -> dict[str, float]:
    """By case: the p95 beside the backlog as a multiple of the p95 alone."""
    async with a_queue() as (db, url):
        ours, theirs = uuid4(), uuid4()
        office = Office(db, url, slots=SLOTS, seconds=SECONDS)
        async with office.open():
            cases = {
                "another tenant's 10": (theirs, 10, Priority.NORMAL),
                "its own batch of 3": (ours, 3, Priority.NORMAL),
                "its own 3, high": (ours, 3, Priority.HIGH),
                "its own 3, low": (ours, 3, Priority.LOW),
            }
            idle = {name: await _times(office, *case, times=times) for name, case in cases.items()}
            backlog = new_jobs(BACKLOG, tenant=ours)
            await office.submit(backlog)
            ratios = {
                name: _compare(name, idle[name], await _times(office, *case, times=times))
                for name, case in cases.items()
            }
            print(f"{office.left[backlog[0].batch_id]} of the backlog still wait")
        await empty(db)
    return ratios


async def _times(office: Office, tenant: UUID, documents: int, priority: Priority, *, times: int) -> list[float]:
    """Seconds from handing a batch in to its last document, one batch after the other."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await (await office.submit(new_jobs(documents, tenant=tenant, priority=priority))).wait()
        took.append(time.perf_counter() - began)
    return took


def _compare(name: str, idle: list[float], beside: list[float]) -> float:
    alone, loaded = _p95(idle), _p95(beside)
    print(
        f"{name:22} alone p50 {statistics.median(idle):5.2f} s p95 {alone:5.2f} s   beside {BACKLOG} waiting"
        f" p50 {statistics.median(beside):5.2f} s p95 {loaded:5.2f} s   ratio of p95 {loaded / alone:4.2f}"
    )
    return loaded / alone


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    asyncio.run(measure(parser.parse_args().times))
