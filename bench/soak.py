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
        old, new = await _beside_a_new_system(office, tenant, options)
        await office.close()
    growth = [after[name] / before[name] for name in CHAIN]
    what = f"soak of {documents:,} documents"
    return [
        limit(
            "soak",
            f"a batch after {documents:,} documents, beside one of a new system",
            values=[one / other for one, other in zip(old, new, strict=True)],
            unit="times",
            most=1.1,
        ),
        limit("soak", f"{what}: memory of a service beside before", values=growth, unit="times", most=1.1),
        limit("soak", f"{what}: events and jobs left over", values=left, unit="rows", most=0),
    ]


async def _beside_a_new_system(office: Office, tenant: UUID, options: Options) -> tuple[list[float], list[float]]:
    """Seconds a batch of both, in turns: shared cores slow down in long work, so a first tenth says nothing of a last."""
    old, new = [], []
    async with stores() as there, chain(there):
        other = Office(there)
        others = await other.tenant()
        for _ in range(3):  # what a new system is slow with
            await _tenth(other, others, BATCH)
        for _ in range(options.rounds):
            old.append(await _tenth(office, tenant, 2 * BATCH))
            new.append(await _tenth(other, others, 2 * BATCH))
            options.say(f"{old[-1]:.1f} s a batch of {BATCH}, {new[-1]:.1f} s on a new system")
        await other.close()
    return old, new


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
