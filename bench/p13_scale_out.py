"""P13: from one extractor process to two, where each document takes 50 ms of processor; then the model of many workers."""

import time

from bench.handing_in import Office
from bench.options import Options
from bench.result import Result, ratio
from bench.scale_model import Costs, measured_costs, table
from bench.system import CHAIN, Stores, chain, stores

WORK = "0.05"


async def measure(options: Options) -> list[Result]:
    documents = options.size or 400
    one, two = [], []
    async with stores() as there:
        for _ in range(options.rounds):
            one.append(await _rate(there, documents, extractors=1))
            two.append(await _rate(there, documents, extractors=2))
            options.say(f"one process {one[-1]:.1f} documents/s, two {two[-1]:.1f}")
        costs: Costs = await measured_costs(there)
    for line in table(costs):
        options.say(line)
    what = f"two extractor processes beside one, {documents} documents of {float(WORK) * 1000:.0f} ms of processor"
    return [ratio("P13", what, ours=two, peer=one, unit="documents/s", goal=1.8)]


async def _rate(there: Stores, documents: int, *, extractors: int) -> float:
    services = [*CHAIN, *["extractor"] * (extractors - 1)]
    environment = {"INGESTIO_BENCH_WORK": WORK, "INGESTIO_LOCAL_SLOTS": "8"}
    async with chain(there, services=services, environment=environment):
        office = Office(there)
        tenant = await office.tenant()
        await office.wait_until_through(await office.hand_in(20, tenant=tenant), 20)
        began = time.perf_counter()
        await office.wait_until_through(await office.hand_in(documents, tenant=tenant), documents)
        await office.close()
        return documents / (time.perf_counter() - began)
