"""P3: an idle system gets one document; how long until its client sees it extracted, by server-sent events.

Every service is the shipped one and a process of its own, ingest opens the file in its sandbox and stores it; only the
reading takes no time. The pause between two documents is random, so that none meets a timer at a set moment.
"""

import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from bench.handing_in import Office
from bench.options import Options
from bench.peers.latency_floor import LatencyFloor, latency_floor
from bench.result import Result, limit, p95
from bench.system import CHAIN, chain, stores
from bench.timeline import moments_of, told
from ingestio.checkout import ROOT
from ingestio.local.ports import url_on

SAMPLE = ROOT / "samples" / "invoice-english.pdf"
FIELDS = {
    "strategy": "global",
    "prompt": "The total.",
    "json_schema": '{"type": "object", "properties": {"total": {}}}',
}


async def measure(options: Options) -> list[Result]:
    times = max((options.size or 100) // options.rounds, 20)
    async with stores() as there, latency_floor(there.urls) as floor:
        async with chain(there, services=(*CHAIN, "notifier")) as ports, _watching(there.home.token(), ports) as client:
            await _send(client, 10, floor)
            rounds = [await _send(client, times, floor) for _ in range(options.rounds)]
        office = Office(there)
        lines = [[sent.began, *await moments_of(office, sent.batch), sent.seen] for one in rounds for sent in one[0]]
        await office.close()
    options.say(told(lines).replace("\n", "\n  "))
    what = "one document on an idle system, POST to extracted by SSE"
    took = [[sent.seen - sent.began for sent in sents] for sents, _ in rounds]
    bare = statistics.median(statistics.median(floors) for _, floors in rounds) * 1000
    note = f"its {bare:.0f} ms of bare puts, commits and messages included"
    return [
        limit("P3", f"{what}, p50", values=[statistics.median(t) * 1000 for t in took], unit="ms", most=60, note=note),
        limit("P3", f"{what}, p95", values=[p95(t) * 1000 for t in took], unit="ms", most=120),
    ]


@dataclass(frozen=True)
class Sent:
    """One document: when its first byte went out and when it was seen as completed, in seconds since 1970."""

    batch: UUID
    began: float
    seen: float


@asynccontextmanager
async def _watching(token: str, ports: Mapping[str, int]) -> AsyncIterator["Client"]:
    headers = {"authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(base_url=url_on(ports["ingest"]), headers=headers, trust_env=False) as ingest,
        httpx2.AsyncClient(base_url=url_on(ports["aggregator"]), headers=headers, trust_env=False) as aggregator,
    ):
        client = Client(ingest, aggregator, SAMPLE)
        watching = asyncio.create_task(client.watch())
        await client.watches.wait()
        yield client
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


class Client:
    """Hands documents in and watches all its batches."""

    def __init__(self, ingest: httpx2.AsyncClient, aggregator: httpx2.AsyncClient, sample: Path) -> None:
        self._ingest = ingest
        self._aggregator = aggregator
        self._content = sample.read_bytes()
        self.watches = asyncio.Event()
        self._completed: set[str] = set()
        self._more = asyncio.Event()

    async def watch(self) -> None:
        async with self._aggregator.stream("GET", "/api/events", timeout=None) as answer:
            async for line in answer.aiter_lines():
                self.watches.set()
                if line.startswith("data: {"):
                    self._hear(json.loads(line[6:]))

    def _hear(self, change: dict[str, Any]) -> None:
        if change.get("status") == "completed" and "batch_id" not in change:  # of a batch, not of its document
            self._completed.add(change["id"])
            self._more.set()

    async def send(self) -> Sent:
        began = time.time()
        answer = await self._ingest.post("/api/batches", files={"files": ("one.pdf", self._content)}, data=FIELDS)
        answer.raise_for_status()
        batch = answer.json()["id"]
        async with asyncio.timeout(30):
            while batch not in self._completed:
                self._more.clear()
                await self._more.wait()
        return Sent(UUID(batch), began, time.time())


async def _send(client: Client, times: int, floor: LatencyFloor) -> tuple[list[Sent], list[float]]:
    """Documents with the floor between them, so that both meet the same machine."""
    sent, bare = [], []
    for _ in range(times):
        await asyncio.sleep(random.uniform(0.3, 0.6))
        bare.append(await floor.run())
        await asyncio.sleep(random.uniform(0.1, 0.2))
        sent.append(await client.send())
    return sent, bare
