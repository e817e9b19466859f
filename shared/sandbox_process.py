"""One child process of a sandbox as its parent sees it: start, ask, and find out what it died of.

What takes long waits in the event loop; only `end` blocks, and shared.sandbox calls it from a thread.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.results import JsonObject
from shared.sandbox_child import HEADER, JSON, LENGTH, TROUBLE

CHUNK = 1 << 16  # of an answer, received at once: most answers are shorter


class SandboxError(Exception):
    """A child gave no answer; the file it was given is the likely reason. The child has been killed."""


class ChildDiedError(SandboxError):
    """The child crashed, left, or raised something its function did not expect."""


class ChildTimedOutError(SandboxError):
    """The child used up its wall-clock or CPU seconds."""


class ChildOutOfMemoryError(SandboxError):
    """The child reached its memory limit."""


class ChildNotStartedError(Exception):
    """No child came up: the installation or the machine is at fault, never a file."""


@dataclass(frozen=True)
class Limits:
    """What one child may use. `memory` (address space) and `output` (one answer) are bytes.

    One job may take `cpu_seconds`, and never more than twice that; a child that has used as much, or has done `jobs`
    jobs, is replaced after its answer.
    """

    memory: int = 1 << 30
    cpu_seconds: int = 30
    wall_seconds: float = 30.0
    output: int = 64 << 20
    jobs: int = 1000
    start_seconds: float = 60.0


class Child:
    """A running child. Once `fit` is False, as after any SandboxError, it has been killed and is to be ended."""

    def __init__(self, target: str, limits: Limits, *, environment: dict[str, str]) -> None:
        """Start the process; it dies with the calling thread. `ready` must follow before the first `ask`."""
        self._limits = limits
        self._jobs = 0
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        arguments = [str(os.getpid()), str(theirs.fileno()), target, json.dumps(asdict(limits))]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-P", "-s", "-X", "utf8", "-m", "shared.sandbox_child", *arguments],
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.fit = True
        self.pid = self._process.pid

    async def ready(self) -> list[str]:
        """Wait until the child has imported its function, and return the guards that hold it (shared.lockdown)."""
        guards: list[str] = json.loads((await self._guarded(None, self._limits.start_seconds))[1])
        return guards

    async def ask(self, request: JsonObject, file: Path) -> JsonObject | bytes:
        """Run one job. Raises OSError when the file cannot be opened, SandboxError for everything the child does."""
        body = json.dumps(request).encode()
        with file.open("rb", buffering=0) as handle:
            question = LENGTH.pack(len(body)) + body, handle.fileno()
            kind, answer = await self._guarded(question, self._limits.wall_seconds)
        self._jobs += 1
        if kind == TROUBLE:
            self.kill()
            trouble = answer.decode(errors="replace")
            raise (ChildOutOfMemoryError if trouble == "MemoryError" else ChildDiedError)(trouble)
        if self._jobs >= self._limits.jobs:
            self.kill()
        if kind == JSON:
            decoded: JsonObject = json.loads(answer)
            return decoded
        return answer

    def kill(self) -> None:
        """Stop what the child is doing; who waits for its answer gets a SandboxError."""
        self.fit = False
        self._process.kill()

    def end(self) -> None:
        """Kill the child and wait until it is gone. Blocks; nobody may wait for an answer any more."""
        self.kill()
        self._process.wait()
        self._channel.close()

    async def _guarded(self, question: tuple[bytes, int] | None, seconds: float) -> tuple[bytes, bytes]:
        """Send a message and a file, receive the answer; whatever goes wrong kills the child and becomes a SandboxError."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(question)
        except TimeoutError:
            self.kill()
            raise ChildTimedOutError(f"no answer within {seconds:.0f} seconds") from None
        except (ConnectionError, BlockingIOError, ValueError) as broken:
            killed_here = not self.fit
            self.fit = False
            raise await self._cause_of_death(killed_here=killed_here) from broken

    async def _exchange(self, question: tuple[bytes, int] | None) -> tuple[bytes, bytes]:
        if question:
            message, file = question
            sent = socket.send_fds(self._channel, [message], [file])  # a child that has answered has read all before
            if sent < len(message):
                await asyncio.get_running_loop().sock_sendall(self._channel, message[sent:])
        received = bytearray()
        await self._receive(received, HEADER.size)
        kind, cpu, length = HEADER.unpack_from(received)
        if length > self._limits.output:
            raise ValueError(f"an answer of {length} bytes")
        await self._receive(received, HEADER.size + length)
        if len(received) > HEADER.size + length:
            raise ValueError("more than an answer")
        if cpu > self._limits.cpu_seconds and kind != TROUBLE:
            self._jobs = self._limits.jobs
        return kind, bytes(memoryview(received)[HEADER.size :])

    async def _receive(self, received: bytearray, length: int) -> None:
        """Receive until there are `length` bytes, mostly all at once."""
        loop = asyncio.get_running_loop()
        while len(received) < length:
            part = await loop.sock_recv(self._channel, CHUNK)
            if not part:
                raise ConnectionResetError
            received += part

    async def _cause_of_death(self, *, killed_here: bool) -> SandboxError:
        try:
            code = await asyncio.to_thread(self._process.wait, timeout=1)
        except subprocess.TimeoutExpired:
            code = 0  # it speaks no sense but lives on
        self.kill()
        if code == -signal.SIGXCPU:
            return ChildTimedOutError("all CPU seconds used")
        if code == -signal.SIGKILL and not killed_here:
            return ChildOutOfMemoryError("killed by the system")
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ChildDiedError(name)
