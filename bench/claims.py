"""What a claim costs when much waits: 1,000 jobs against 1,000,000, of one tenant and of a thousand.

    python -m bench.claims

Fills the real queue, then claims and finishes eight jobs at a time, many times. The queue is O(log n) when the ratio stays
near one.
"""

import argparse
import asyncio
import statistics
import time
from datetime import timedelta
from uuid import uuid4

from bench.queue_parts import a_queue, empty
from shared.db import Database, run_sql
from shared.jobs import Outcome, claim, finish

AT_ONCE = 8
FILL = """
INSERT INTO jobs (subject, generation, tenant_id, batch_id, lane, tag, event)
SELECT gen_random_uuid(), 1, md5((n % $2::int)::text)::uuid, md5((n / 1000)::text)::uuid, 2, n / 4.0, '{}'
FROM generate_series(1, $1::int) n
"""


async def measure(large: int, times: int) -> None:
    async with a_queue() as (db, _):
        for tenants in (1, 1000):
            small_cost = await _cost(db, 1000, tenants=tenants, times=times)
            large_cost = await _cost(db, large, tenants=tenants, times=times)
            print(
                f"{tenants:5} tenants: a claim of {AT_ONCE} takes {small_cost:6.2f} ms at 1,000 waiting,"
                f" {large_cost:6.2f} ms at {large:,}: {large_cost / small_cost:4.2f} times"
            )


async def _cost(db: Database, waiting: int, *, tenants: int, times: int) -> float:
    """The median of a claim, in milliseconds; its jobs are finished outside of the clock."""
    await empty(db)
    worker = uuid4()
    async with db.transaction() as tx:
        await run_sql(tx, FILL, waiting, tenants)
        await run_sql(tx, "INSERT INTO workers VALUES ($1, clock_timestamp() + interval '1 day')", worker)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        jobs = await claim(db, worker=worker, slots=AT_ONCE, idle=False, max_run=timedelta(minutes=1))
        took.append((time.perf_counter() - began) * 1000)
        async with db.transaction() as tx:
            await finish(tx, [Outcome(job, "done") for job in jobs])
    return statistics.median(took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=60)
    options = parser.parse_args()
    asyncio.run(measure(options.large, options.times))
