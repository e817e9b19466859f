"""One child process of a sandbox as its parent sees it: start, ask, and find out what it died of.

All of it blocks; shared.sandbox calls it from threads.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.results import JsonObject
from shared.sandbox_child import HEADER, JSON, LENGTH, TROUBLE

CHUNK = 1 << 20


class SandboxError(Exception):
    """A child gave no answer; the file it was given is the likely reason. The child has been replaced."""


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
    """A running child. After any SandboxError it is gone, and so it is once `fit` is False."""

    def __init__(self, target: str, limits: Limits, *, environment: dict[str, str]) -> None:
        """Start the process; it dies with the calling thread. `ready` must follow before the first `ask`."""
        self._limits = limits
        self._jobs = 0
        self._channel, theirs = socket.socketpair()
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

    def ready(self) -> list[str]:
        """Wait until the child has imported its function, and return the guards that hold it (shared.lockdown)."""
        guards: list[str] = json.loads(self._guarded(b"", None, self._limits.start_seconds)[1])
        return guards

    def ask(self, request: JsonObject, file: Path) -> JsonObject | bytes:
        """Run one job. Raises OSError when the file cannot be opened, SandboxError for everything the child does."""
        body = json.dumps(request).encode()
        with file.open("rb") as handle:
            kind, answer = self._guarded(LENGTH.pack(len(body)) + body, handle.fileno(), self._limits.wall_seconds)
        self._jobs += 1
        if kind == TROUBLE:
            self.end()
            trouble = answer.decode(errors="replace")
            raise (ChildOutOfMemoryError if trouble == "MemoryError" else ChildDiedError)(trouble)
        if self._jobs >= self._limits.jobs:
            self.end()
        if kind == JSON:
            decoded: JsonObject = json.loads(answer)
            return decoded
        return answer

    def kill(self) -> None:
        """Stop what the child is doing; a thread that waits in `ask` gets its SandboxError."""
        self.fit = False
        self._process.kill()

    def end(self) -> None:
        """Kill the child and wait until it is gone."""
        self.kill()
        self._process.wait()
        self._channel.close()

    def _guarded(self, message: bytes, file: int | None, seconds: float) -> tuple[bytes, bytes]:
        """Send a message and receive the answer; whatever goes wrong ends the child and becomes a SandboxError."""
        try:
            return self._exchange(message, file, time.monotonic() + seconds)
        except TimeoutError:
            self.end()
            raise ChildTimedOutError(f"no answer within {seconds:.0f} seconds") from None
        except (ConnectionError, ValueError) as broken:
            killed_here = not self.fit
            self.fit = False
            raise self._cause_of_death(killed_here=killed_here) from broken

    def _exchange(self, message: bytes, file: int | None, deadline: float) -> tuple[bytes, bytes]:
        self._channel.settimeout(max(deadline - time.monotonic(), 0.001))
        if file is not None:
            sent = socket.send_fds(self._channel, [message], [file])
            self._channel.sendall(message[sent:])
        kind, cpu, length = HEADER.unpack(self._receive(HEADER.size, deadline))
        if length > self._limits.output:
            raise ValueError(f"an answer of {length} bytes")
        answer = self._receive(length, deadline)
        if cpu > self._limits.cpu_seconds and kind != TROUBLE:
            self._jobs = self._limits.jobs
        return kind, answer

    def _receive(self, length: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < length:
            self._channel.settimeout(max(deadline - time.monotonic(), 0.001))
            part = self._channel.recv(min(CHUNK, length - len(received)))
            if not part:
                raise ConnectionResetError
            received += part
        return bytes(received)

    def _cause_of_death(self, *, killed_here: bool) -> SandboxError:
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = 0  # it speaks no sense but lives on
        self.end()
        if code == -signal.SIGXCPU:
            return ChildTimedOutError("all CPU seconds used")
        if code == -signal.SIGKILL and not killed_here:
            return ChildOutOfMemoryError("killed by the system")
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ChildDiedError(name)
