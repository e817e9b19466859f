"""P3: an idle system gets one document; how long until its client sees it extracted, by server-sent events.

Every service is the shipped one and a process of its own, ingest opens the file in its sandbox and stores it; only the
reading takes no time. The pause between two documents is random, so that none meets a timer at a set moment.
"""

import asyncio
import json
import random
import statistics
import time
from pathlib import Path

import httpx2

from bench.options import Options
from bench.result import Result, limit, p95
from bench.system import CHAIN, chain, stores
from ingestio.checkout import ROOT
from ingestio.local.ports import url_on

SAMPLE = ROOT / "samples" / "invoice-english.pdf"
FIELDS = {
    "strategy": "global",
    "prompt": "The total.",
    "json_schema": '{"type": "object", "properties": {"total": {}}}',
}


async def measure(options: Options) -> list[Result]:
    times = options.size or 100
    async with stores() as there, chain(there, services=(*CHAIN, "notifier")) as ports:
        headers = {"authorization": f"Bearer {there.home.token()}"}
        async with (
            httpx2.AsyncClient(base_url=url_on(ports["ingest"]), headers=headers, trust_env=False) as ingest,
            httpx2.AsyncClient(base_url=url_on(ports["aggregator"]), headers=headers, trust_env=False) as aggregator,
        ):
            client = Client(ingest, aggregator, SAMPLE)
            watching = asyncio.create_task(client.watch())
            await client.watches.wait()
            await _send(client, 10)
            rounds = [await _send(client, max(times // options.rounds, 20)) for _ in range(options.rounds)]
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    what = "one document on an idle system, POST to extracted by SSE"
    return [
        limit("P3", f"{what}, p50", values=[statistics.median(took) * 1000 for took in rounds], unit="ms", most=60),
        limit("P3", f"{what}, p95", values=[p95(took) * 1000 for took in rounds], unit="ms", most=120),
    ]


class Client:
    """Hands documents in and watches all its batches."""

    def __init__(self, ingest: httpx2.AsyncClient, aggregator: httpx2.AsyncClient, sample: Path) -> None:
        self._ingest = ingest
        self._aggregator = aggregator
        self._content = sample.read_bytes()
        self.watches = asyncio.Event()
        self._ended = asyncio.Event()

    async def watch(self) -> None:
        async with self._aggregator.stream("GET", "/api/events", timeout=None) as answer:
            async for line in answer.aiter_lines():
                self.watches.set()
                if line.startswith("data: {") and json.loads(line[6:]).get("status") == "completed":
                    self._ended.set()

    async def send(self) -> float:
        """Seconds from the first byte sent until the document is seen as completed."""
        self._ended.clear()
        began = time.perf_counter()
        answer = await self._ingest.post("/api/batches", files={"files": ("one.pdf", self._content)}, data=FIELDS)
        answer.raise_for_status()
        async with asyncio.timeout(30):
            await self._ended.wait()
        return time.perf_counter() - began


async def _send(client: Client, times: int) -> list[float]:
    took = []
    for _ in range(times):
        await asyncio.sleep(random.uniform(0.4, 0.8))
        took.append(await client.send())
    return took
