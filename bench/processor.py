"""What the processes of a measurement use of the processor and of memory: by part, children included."""

import contextlib
import os
from collections import Counter

import psutil

# The first that is in a command line tells what the process belongs to.
_PARTS = (
    *(("postgres:", "postgres"), ("bench.chain_service", ""), ("bench.peers.floor", "floor"), ("bench.peers.celery_producer", "celery")),
    *(("celery", "celery"), ("postgres", "postgres"), ("rabbit", "rabbitmq"), ("beam", "rabbitmq"), ("weed", "s3")),
)


def used() -> Counter[str]:
    """Seconds of processor by part, of everything that this process started, and of itself as `bench`."""
    total: Counter[str] = Counter()
    me = psutil.Process(os.getpid())
    for process in [me, *me.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total[_part(process)] += sum(process.cpu_times()[:2])
    return total


def told(before: Counter[str], after: Counter[str], documents: int) -> str:
    """Milliseconds of one core a document, by part, the most first."""
    parts = Counter({name: (after[name] - before[name]) * 1000 / documents for name in after})
    shown = [f"{name} {value:.1f}" for name, value in parts.most_common() if value >= 0.05]
    return f"{sum(parts.values()):.1f} core-ms a document: {', '.join(shown)}"


def _part(process: psutil.Process) -> str:
    if process.pid == os.getpid():
        return "bench"
    command = process.cmdline()
    line = " ".join(command) or process.name()
    for found, name in _PARTS:
        if found in line:
            return name or command[-1]
    return process.name()
