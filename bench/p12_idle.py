"""P12: what a system costs that has nothing to do: processor of all services together, memory of the one process."""

import asyncio
import tempfile
import time
from pathlib import Path

import psutil

from bench.load import a_system
from bench.options import Options
from bench.result import Result, limit

_SETTLES_SECONDS = 10.0


async def measure(options: Options) -> list[Result]:
    seconds = options.size or 20
    with tempfile.TemporaryDirectory(prefix="ingestio-bench-") as folder:
        async with a_system(Path(folder) / "home") as (_, system):
            await asyncio.sleep(_SETTLES_SECONDS)
            shares = [await _used(system, seconds) for _ in range(options.rounds)]
            stores = sum(_cpu(child) for child in system.children(recursive=True))
            await asyncio.sleep(seconds)
            stores = (sum(_cpu(child) for child in system.children(recursive=True)) - stores) / seconds
            memory = system.memory_info().rss / 2**20
    note = f"PostgreSQL, RabbitMQ and S3 beside it: {stores:.1%}"
    return [
        limit("P12", "idle, all services in one process: of one core, %", values=shares, unit="%", most=2, note=note),
        limit("P12", "idle, all services in one process: memory", values=[memory], unit="MB", most=350),
    ]


async def _used(process: psutil.Process, seconds: float) -> float:
    """Per cent of one core over so many seconds."""
    before, began = _cpu(process), time.monotonic()
    await asyncio.sleep(seconds)
    return 100 * (_cpu(process) - before) / (time.monotonic() - began)


def _cpu(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))
