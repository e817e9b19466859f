"""100 batches of 10 documents handed in at once: do all come to their end, is every result the same as of one alone?

    python -m bench.load

Starts a system of its own, reads each sample once, then hands in the batches and watches. Prints how long batches took, what
processor, memory and disk the system used, how far off the estimates of the time left were, and what was lost, doubled or wrong.
Exits with 1 when anything was.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil

from ingestio.home import Home

SAMPLES = [Path("samples") / f"invoice-{language}.pdf" for language in ("english", "french", "german")]
SAMPLES += [Path("samples") / f"{name}.pdf" for name in ("purchase-order", "payslip", "letter", "contract", "resume")]
ENDED = {"completed", "partially_completed", "failed", "cancelled"}


@dataclass
class Watch:
    """What was seen while the batches ran: ends by batch, estimates as (when, batch, seconds left), and the system's use."""

    began: float = field(default_factory=time.monotonic)
    ends: dict[str, float] = field(default_factory=dict)
    estimates: list[tuple[float, str, float]] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


@asynccontextmanager
async def a_system(home: Path) -> AsyncIterator[tuple[httpx2.AsyncClient, psutil.Process]]:
    command = ("-m", "ingestio", "up", "--port", "0", "--home", str(home))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, start_new_session=True)
    try:
        async with asyncio.timeout(180):
            while not (address := Home(home).address()) or not await _ready(address):  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.2)
        headers = {"authorization": f"Bearer {Home(home).token()}"}
        async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=120, trust_env=False) as client:
            yield client, psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _ready(address: str) -> bool:
    async with httpx2.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"{address}/readyz")).status_code == 200
        except httpx2.HTTPError:
            return False


async def measure(batches: int, documents: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        async with a_system(home) as (client, process):
            alone = await _results(client, await _submit(client, SAMPLES))
            disk_before, watch = _disk(home), Watch()
            chosen = [[SAMPLES[(n + m) % len(SAMPLES)] for m in range(documents)] for n in range(batches)]
            submitting = asyncio.gather(*(_submit(client, files) for files in chosen))
            ids = await _with_samples(submitting, watch, process)
            handed_in = time.monotonic() - watch.began
            await _with_samples(_follow(client, set(ids), watch), watch, process)
            wrong = await _wrong(client, ids, documents, alone)
            _report(watch, handed_in, batches * documents, (_disk(home) - disk_before) / 1e6, wrong)
    return not wrong


async def _submit(client: httpx2.AsyncClient, files: list[Path]) -> str:
    parts = [("files", (f"{number}-{file.name}", file.read_bytes())) for number, file in enumerate(files)]
    # The same bytes twice are a duplicate: a comment behind the end of a PDF makes them differ.
    parts = [
        (name, (title, content + f"\n%{number}\n".encode())) for number, (name, (title, content)) in enumerate(parts)
    ]
    answer = await client.post("/api/batches", files=parts, data={"strategy": "auto"})
    answer.raise_for_status()
    return str(answer.json()["id"])


async def _follow(client: httpx2.AsyncClient, open_: set[str], watch: Watch) -> None:
    while open_:
        for batch in await _pages(client, "/api/batches?limit=200&sort=created_at"):
            if batch["id"] not in open_:
                continue
            if batch["status"] in ENDED:
                watch.ends[batch["id"]] = time.monotonic()
                open_.discard(batch["id"])
            elif batch["estimated_seconds_left"] is not None:
                watch.estimates.append((time.monotonic(), batch["id"], batch["estimated_seconds_left"]))
        await asyncio.sleep(1)


async def _results(client: httpx2.AsyncClient, batch_id: str) -> dict[str, str]:
    """What was read of each sample: its values as JSON, by the name of the file."""
    watch = Watch()
    await _follow(client, {batch_id}, watch)
    found = await _pages(client, f"/api/results?batch_id={batch_id}&limit=200")
    return {_sample(item): json.dumps(item["result"]["data"], sort_keys=True) for item in found}


async def _wrong(client: httpx2.AsyncClient, ids: list[str], documents: int, alone: dict[str, str]) -> list[str]:
    wrong = []
    for batch_id in ids:
        found = await _pages(client, f"/api/results?batch_id={batch_id}&limit=200")
        if len(found) != documents:
            wrong.append(f"{batch_id}: {len(found)} results of {documents}")
        wrong += [
            f"{batch_id}: {item['file_name']} was read differently"
            for item in found
            if json.dumps(item["result"]["data"], sort_keys=True) != alone[_sample(item)]
        ]
    return wrong


def _sample(item: dict[str, Any]) -> str:
    return str(item["file_name"].partition("-")[2])


async def _pages(client: httpx2.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path)
    answer.raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _with_samples(work: Any, watch: Watch, process: psutil.Process) -> Any:
    """Do the work while processor and memory of the system's processes are noted every second."""
    task = asyncio.ensure_future(work)
    while not task.done():
        running = [process, *process.children(recursive=True)]
        before = sum(_cpu(one) for one in running)
        await asyncio.wait([task], timeout=1)
        watch.cpu.append(max(sum(_cpu(one) for one in running) - before, 0))
        watch.memory.append(sum(_memory(one) for one in running) / 1e6)
    return task.result()


def _cpu(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:2]))
    except psutil.Error:
        return 0.0


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.Error:
        return 0.0


def _disk(folder: Path) -> float:
    return float(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()))


def _report(watch: Watch, handed_in: float, documents: int, disk: float, wrong: list[str]) -> None:
    took = sorted(end - watch.began for end in watch.ends.values())
    errors = [
        abs(seconds - (watch.ends[batch] - at)) / max(watch.ends[batch] - at, 1)
        for at, batch, seconds in watch.estimates
    ]
    print(f"{len(took)} batches, {documents} documents on {os.cpu_count()} cores; handed in within {handed_in:.0f} s")
    print(
        f"until its end a batch took: p50 {statistics.median(took):.0f} s, p95 {took[int(len(took) * 0.95)]:.0f} s, worst {took[-1]:.0f} s"
    )
    print(
        f"{documents / took[-1]:.1f} documents a second; processor {sum(watch.cpu):.0f} s in all, memory up to {max(watch.memory):.0f} MB, disk {disk:.0f} MB"
    )
    if errors:
        print(
            f"estimates of the time left: {len(errors)}, off by {100 * statistics.median(errors):.0f} % in the median, {100 * statistics.quantiles(errors, n=10)[-1]:.0f} % at p90"
        )
    print("\n".join(wrong) or "nothing lost, doubled or wrong")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--documents", type=int, default=10)
    options = parser.parse_args()
    sys.exit(not asyncio.run(measure(options.batches, options.documents)))
