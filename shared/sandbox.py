"""Opens untrusted bytes in child processes with limits, and replaces a child at the first sign of trouble.

A child has no network, no environment, no files but the one it is handed, and bounded memory, CPU and time.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

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

P = ParamSpec("P")
T = TypeVar("T")


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
        for _ in range(children):
            self._idle.put_nowait(None)
        self._threads = ThreadPoolExecutor(children, thread_name_prefix="sandbox")
        self._warned = False

    async def run(self, request: JsonObject, *, file: Path) -> JsonObject | bytes:
        """Run one job in the next free child.

        Raises ChildDiedError, ChildTimedOutError or ChildOutOfMemoryError for what the child did, OSError when the
        file cannot be opened, ChildNotStartedError when the fault is not the file's. Cancelling kills the child.
        """
        child = await self._idle.get()
        outcome = "failed"
        try:
            if child is None:
                child = await self._start()
            answer = await self._in_thread(child.ask, request, file)
        except SandboxError as trouble:
            outcome = _OUTCOMES.get(type(trouble), outcome)
            raise
        except asyncio.CancelledError:
            if child:
                self._put_down(child)
            raise
        else:
            outcome = "ok"
            return answer
        finally:
            SANDBOX_RUNS.labels(self._target.rpartition(":")[2], outcome).inc()
            if child and not child.fit:
                self._running.discard(child)
                child = None
            self._idle.put_nowait(child)

    async def close(self) -> None:
        """Kill all children, also those at work."""
        for child in self._running:
            child.kill()
        await asyncio.to_thread(self._threads.shutdown)
        for child in self._running:
            child.end()
        self._running.clear()

    async def _start(self) -> Child:
        # Not in a thread of the pool: a child dies with the thread that started it.
        child = Child(self._target, self._limits, environment=self._environment)
        self._running.add(child)
        try:
            guards = await self._in_thread(child.ready)
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
        """Kill at once, and reap in a thread: the one that was to work with the child may never have begun."""
        child.kill()
        self._running.discard(child)
        self._threads.submit(child.end)

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))
