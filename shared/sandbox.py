"""Opens untrusted bytes in child processes with limits, and replaces a child at the first sign of trouble.

A child has no network, no environment, no files but the one it is handed, and bounded memory, CPU and time.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from shared.metrics import SANDBOX_RUNS
from shared.results import JsonObject
from shared.sandbox_process import (
    Child,
    ChildDiedError,
    ChildNotStartedError,
    ChildOutOfMemoryError,
    ChildTimedOutError,
    Limits,
    SandboxError,
)

__all__ = [
    "ChildDiedError",
    "ChildNotStartedError",
    "ChildOutOfMemoryError",
    "ChildTimedOutError",
    "Limits",
    "Sandbox",
    "SandboxError",
]

log = structlog.get_logger()

_OUTCOMES = {ChildDiedError: "died", ChildTimedOutError: "timed_out", ChildOutOfMemoryError: "out_of_memory"}


class Sandbox:
    """One kind of work in a small pool of children, each started when it is first needed and then reused."""

    def __init__(
        self, target: str, *, children: int, limits: Limits, environment: Mapping[str, str] | None = None
    ) -> None:
        """`target` is `module:function`, imported in the child and called with the request and the open file.

        `environment` is all the child sees besides its import path.
        """
        self._target = target
        self._limits = limits
        self._environment = {"OPENBLAS_NUM_THREADS": "1"} | dict(environment or {})
        self._running: set[Child] = set()
        self._idle: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
        self._children = children
        for _ in range(children):
            self._idle.put_nowait(None)
        self._reapers = ThreadPoolExecutor(children, thread_name_prefix="sandbox")
        self._closed = False
        self._warned = False

    async def run(self, request: JsonObject, *, file: Path) -> JsonObject | bytes:
        """Run one job in the next free child.

        Raises ChildDiedError, ChildTimedOutError or ChildOutOfMemoryError for what the child did, OSError when the
        file cannot be opened, ChildNotStartedError when the fault is not the file's. Cancelling kills the child.
        """
        child = await self._idle.get()
        outcome = "failed"
        try:
            if self._closed:
                raise ChildNotStartedError("the sandbox is closed")
            if child is None:
                child = await self._start()
            answer = await child.ask(request, file)
        except SandboxError as trouble:
            outcome = _OUTCOMES.get(type(trouble), outcome)
            raise
        except asyncio.CancelledError:
            if child:
                child.kill()
            raise
        else:
            outcome = "ok"
            return answer
        finally:
            SANDBOX_RUNS.labels(self._target.rpartition(":")[2], outcome).inc()
            if child and not child.fit:
                self._put_down(child)
                child = None
            self._idle.put_nowait(child)

    async def close(self) -> None:
        """Kill all children, also those at work, and wait until they are gone. Who waits for one raises ChildNotStartedError."""
        self._closed = True
        for child in self._running:
            child.kill()
        for _ in range(self._children):  # each comes back once nobody waits for its answer
            await self._idle.get()
        for child in list(self._running):
            self._put_down(child)
        for _ in range(self._children):
            self._idle.put_nowait(None)
        await asyncio.to_thread(self._reapers.shutdown)

    async def _start(self) -> Child:
        child = Child(self._target, self._limits, environment=self._environment)
        self._running.add(child)
        try:
            guards = await child.ready()
        except (SandboxError, asyncio.CancelledError) as problem:
            self._put_down(child)
            if isinstance(problem, SandboxError):
                raise ChildNotStartedError(str(problem)) from problem
            raise
        if not {"seccomp", "netns"} & set(guards) and not self._warned:
            self._warned = True
            log.warning("sandbox_has_a_network", target=self._target, reason="neither seccomp nor namespaces work here")
        return child

    def _put_down(self, child: Child) -> None:
        """Kill at once, and reap in a thread: a process with much memory takes its time to go."""
        child.kill()
        self._running.discard(child)
        self._reapers.submit(child.end)
