"""P1: chain throughput, every durable effect, nothing read: IngestIO beside a Celery chain and beside the bare floor.

All run the whole time; in each round one after the other gets the same number of documents while the others wait.
"""

import time
from contextlib import AsyncExitStack

from bench.handing_in import Office
from bench.options import Options
from bench.peers.chain import Peer, celery, floor
from bench.processor import told, used
from bench.result import Result, ratio
from bench.system import chain, stores

CELERY_WORKERS = 4


class Ours:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def run(self, documents: int) -> None:
        batch = await self._office.hand_in(documents, tenant=await self._office.tenant())
        await self._office.wait_until_through(batch, documents)


async def measure(options: Options) -> list[Result]:
    documents = options.size or 2000
    async with AsyncExitStack() as running:
        there = await running.enter_async_context(stores())
        await running.enter_async_context(chain(there))
        office = Office(there)
        running.push_async_callback(office.close)
        urls = there.urls
        runners: dict[str, Peer] = {"ours": Ours(office)}
        if not options.alone:
            log = there.home.logs / "celery.log"
            runners["celery"] = await running.enter_async_context(
                celery(urls.rabbitmq, urls.postgres, workers=CELERY_WORKERS, log=log)
            )
            runners["floor"] = await running.enter_async_context(floor(urls.rabbitmq, urls.postgres))
        rates = await _rounds(runners, documents, options)
    what = f"chain throughput, {documents} documents"
    return [
        ratio("P1", f"{what}, beside {peer}", ours=rates["ours"], peer=rates[peer], unit="documents/s", goal=goal)
        for peer, goal in (("celery", 3.0), ("floor", 1.0))
        if peer in rates
    ]


async def _rounds(runners: dict[str, Peer], documents: int, options: Options) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in runners}
    for runner in runners.values():
        await runner.run(max(documents // 10, 10))  # connections, prepared statements, caches
    for number in range(options.rounds):
        # Each goes first in turn, so that none always runs after the same other.
        order = list(runners)[number % len(runners) :] + list(runners)[: number % len(runners)]
        for name in order:
            before, began = used(), time.perf_counter()
            await runners[name].run(documents)
            rates[name].append(documents / (time.perf_counter() - began))
            options.say(f"{name} {rates[name][-1]:.0f}/s, {told(before, used(), documents)}")
    return rates
