"""P4: does a backlog slow the chain down, or make its services grow: 1,000 documents at once against 100,000."""

import time
from uuid import UUID

from bench.handing_in import Office
from bench.memory import held
from bench.options import Options
from bench.result import Result, limit, ratio
from bench.system import CHAIN, chain, stores

SMALL = 1_000


async def measure(options: Options) -> list[Result]:
    large = options.size or 100_000
    async with stores() as there, chain(there):
        office = Office(there)
        tenant = await office.tenant()
        await _rate(office, SMALL, tenant)
        small = [await _rate(office, SMALL, tenant) for _ in range(options.rounds)]
        before = held()
        rate = await _rate(office, large, tenant)
        after = held()
        await office.close()
    growth = [after[name] / before[name] for name in CHAIN]
    options.say(", ".join(f"{name} {before[name]:.0f} to {after[name]:.0f} MB" for name in CHAIN))
    return [
        ratio(
            "P4",
            f"throughput with {large:,} waiting, beside {SMALL:,}",
            ours=[rate] * len(small),
            peer=small,
            unit="documents/s",
            goal=0.9,
        ),
        limit("P4", f"memory of a service after {large:,}, beside before", values=growth, unit="times", most=1.1),
    ]


async def _rate(office: Office, documents: int, tenant: UUID) -> float:
    began = time.perf_counter()
    batches = [await office.hand_in(SMALL, tenant=tenant) for _ in range(documents // SMALL)]
    for batch in batches:
        await office.wait_until_through(batch, SMALL, within=7200)
    return documents / (time.perf_counter() - began)
