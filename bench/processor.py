"""What the processes of a measurement use of the processor and of memory: by part, children included."""

import contextlib
import os
from collections import defaultdict
from collections.abc import Mapping

import psutil

# The first that is in a command line tells what the process belongs to.
_PARTS = (
    *(
        ("postgres: ", "postgres"),
        ("bench.chain_service", ""),
        ("bench.peers.floor", "floor"),
        ("bench.peers.celery_producer", "celery"),
    ),
    *(("celery", "celery"), ("postgres", "postgres"), ("rabbit", "rabbitmq"), ("beam", "rabbitmq"), ("weed", "s3")),
)


def used() -> dict[str, float]:
    """Seconds of processor by part, of everything that this process started, and of itself as `bench`."""
    total: defaultdict[str, float] = defaultdict(float)
    me = psutil.Process(os.getpid())
    for process in [me, *me.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total[part_of(process)] += sum(process.cpu_times()[:2])
    return total


def told(before: Mapping[str, float], after: Mapping[str, float], documents: int) -> str:
    """Milliseconds of one core a document, by part, the most first."""
    parts = {name: (after[name] - before.get(name, 0.0)) * 1000 / documents for name in after}
    shown = [
        f"{name} {parts[name]:.1f}" for name in sorted(parts, key=lambda name: -parts[name]) if parts[name] >= 0.05
    ]
    return f"{sum(parts.values()):.1f} core-ms a document: {', '.join(shown)}"


def part_of(process: psutil.Process) -> str:
    """The service, store or peer that a process is, or is a child of."""
    if process.pid == os.getpid():
        return "bench"
    command = process.cmdline()
    line = " ".join(command) or process.name()
    for found, name in _PARTS:
        if found in line:
            return name or command[-1]
    return process.name()
