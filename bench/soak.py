"""A day's volume at a stretch: 200,000 documents, batch after batch; latency, memory and what the tables keep, by tenths."""

import time
from uuid import UUID

from bench.handing_in import Office
from bench.memory import held
from bench.options import Options
from bench.result import Result, limit
from bench.system import CHAIN, chain, stores

BATCH = 1_000
_SHORT_LIVED = ("SELECT count(*) FROM outbox", "SELECT count(*) FROM jobs WHERE state IN ('q', 'd', 's', 'r')")


async def measure(options: Options) -> list[Result]:
    documents = options.size or 200_000
    tenths: list[float] = []
    async with stores() as there, chain(there):
        office = Office(there)
        tenant = await office.tenant()
        await _tenth(office, tenant, BATCH)
        before = held()
        for _ in range(10):
            tenths.append(await _tenth(office, tenant, documents // 10))
            options.say(f"{tenths[-1]:.1f} s a batch of {BATCH}")
        after = held()
        left = [await _left(office, service) for service in CHAIN]
        await office.close()
    growth = [after[name] / before[name] for name in CHAIN]
    what = f"soak of {documents:,} documents"
    return [
        limit(
            "soak", f"{what}: the last tenth beside the first", values=[tenths[-1] / tenths[0]], unit="times", most=1.1
        ),
        limit("soak", f"{what}: memory of a service beside before", values=growth, unit="times", most=1.1),
        limit("soak", f"{what}: events and jobs left over", values=left, unit="rows", most=0),
    ]


async def _tenth(office: Office, tenant: UUID, documents: int) -> float:
    """Seconds a batch."""
    batches = max(documents // BATCH, 1)
    began = time.perf_counter()
    for _ in range(batches):
        await office.wait_until_through(await office.hand_in(BATCH, tenant=tenant), BATCH)
    return (time.perf_counter() - began) / batches


async def _left(office: Office, service: str) -> float:
    connection = await office.look(service)
    try:
        with_jobs = await connection.fetchval("SELECT to_regclass('jobs') IS NOT NULL")
        counts = [await connection.fetchval(sql) for sql in _SHORT_LIVED[: 2 if with_jobs else 1]]
        return float(sum(counts))
    finally:
        await connection.close()
