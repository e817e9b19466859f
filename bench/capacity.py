"""How throughput follows a provider whose capacity falls from 64 calls at once to 8 and comes back.

    python -m bench.capacity [--latency 1.0] [--retry-after 1.0]

Two replicas, each with 100 calls that wait, share the budget in a real PostgreSQL (the local stack's). The provider answers
so many at a time, each in `latency` seconds, and the others with 429 and Retry-After. Compared is the last third of each
phase with the most that any fixed number of calls could reach: capacity / latency.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from ingestio.stack import Stack
from services.extractor.gate import Gate
from services.extractor.ledger import Ledger
from services.extractor.provider import Limits
from shared.chat import Answer
from shared.db import Database
from shared.errors import Category, Throttled
from shared.migrations import ROLES, migrate, url_of

PHASES = ((64, 40.0), (8, 60.0), (64, 60.0))
WAITING = 100
ENOUGH = 0.9


@dataclass
class Provider:
    latency: float
    retry_after: float
    capacity: int = 64
    under_way: int = 0
    throttled: int = 0
    served: list[float] = field(default_factory=list)

    async def ask(self) -> Answer:
        if self.under_way >= self.capacity:
            self.throttled += 1
            raise Throttled(Category.PROVIDER_UNAVAILABLE, "wait", retry_after=self.retry_after)
        self.under_way += 1
        try:
            await asyncio.sleep(self.latency)
        finally:
            self.under_way -= 1
        self.served.append(time.monotonic())
        return Answer(text="{}", model="m")


async def keep_asking(gate: Gate, provider: Provider) -> None:
    while True:
        await gate.through(provider.ask, tokens=1)


async def measure(provider: Provider, db: Database) -> bool:
    gates = [Gate(Ledger(db, provider="bench", limits=Limits()), opened=lambda: None) for _ in range(2)]
    tasks = [asyncio.create_task(gate.run()) for gate in gates]
    tasks += [asyncio.create_task(keep_asking(gate, provider)) for gate in gates for _ in range(WAITING)]
    good = True
    for capacity, seconds in PHASES:
        provider.capacity, before = capacity, provider.throttled
        await asyncio.sleep(seconds * 2 / 3)
        start = time.monotonic()
        await asyncio.sleep(seconds / 3)
        rate = sum(at >= start for at in provider.served) / (time.monotonic() - start)
        share = rate * provider.latency / capacity
        good = good and share >= ENOUGH
        print(
            f"capacity {capacity:2}: {rate:5.1f} answers a second, {share:.0%} of the most there can be; "
            f"{provider.throttled - before} calls throttled in {seconds:.0f} s",
            flush=True,
        )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return good


async def main(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as home:
        async with Stack(Path(home)) as urls:
            passwords = {role: secrets.token_hex(8) for role in ROLES}
            await migrate("extractor", urls.postgres, passwords)
            db = Database(url_of(urls.postgres, "extractor", "worker", passwords["worker"]))
            good = await measure(Provider(arguments.latency, arguments.retry_after), db)
            await db.close()
    return int(not good)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--retry-after", type=float, default=1.0)
    sys.exit(asyncio.run(main(parser.parse_args())))
