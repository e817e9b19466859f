"""The inside of a sandbox: imports one function, gives up its powers, then answers requests until it is told to stop.

Run by shared.sandbox only. A request is a JSON object with an open file; an answer is a kind, a length and the bytes.
"""

import gc
import json
import os
import resource
import socket
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from shared.lockdown import die_with_parent, lock_down
from shared.starting import nothing_collected

LENGTH = struct.Struct(">I")
HEADER = struct.Struct(">cfI")  # kind, CPU seconds used so far, length
JSON, RAW, TROUBLE = b"J", b"R", b"T"

Target = Callable[[dict[str, Any], BinaryIO], dict[str, Any] | bytes]


def main() -> None:
    """Arguments: the parent's process id, the socket's number, `module:function`, the limits as JSON."""
    parent, handle, target, limits = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
    die_with_parent(parent)
    _limit(limits)
    module, function = target.split(":")
    with nothing_collected():
        work: Target = getattr(import_module(module), function)
    guards = lock_down()
    gc.set_threshold(100_000, 50, 50)  # jobs make many small objects that live until their answer
    with socket.socket(fileno=handle) as channel:
        _send(channel, JSON, json.dumps(guards).encode())
        while request := _receive(channel):
            _answer(channel, work, *request)


def _limit(limits: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"],) * 2)
    cpu = 2 * limits["cpu_seconds"]  # the parent replaces a child half-way, so every job has at least half of it
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))  # first SIGXCPU, which tells why
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _receive(channel: socket.socket) -> tuple[dict[str, Any], int] | None:
    """The next request and the number of its file; None when the parent has closed the channel."""
    start, files, _flags, _address = socket.recv_fds(channel, LENGTH.size, 1)
    if not start:
        return None
    (length,) = LENGTH.unpack(start)
    body = b""
    while len(body) < length:
        body += os.read(channel.fileno(), length - len(body))
    return json.loads(body), files[0]


def _answer(channel: socket.socket, work: Target, request: dict[str, Any], handle: int) -> None:
    """Run one job. Trouble is told by its kind only: what the exception says may quote the document."""
    try:
        with os.fdopen(handle, "rb") as file:
            result = work(request, file)
        kind, body = (RAW, result) if isinstance(result, bytes) else (JSON, json.dumps(result).encode())
    except Exception as trouble:  # noqa: BLE001 - whatever a parser raises is an answer here, and ends this child
        kind, body = TROUBLE, type(trouble).__name__.encode()
    _send(channel, kind, body)


def _send(channel: socket.socket, kind: bytes, body: bytes) -> None:
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    message = memoryview(HEADER.pack(kind, cpu, len(body)) + body)
    while message:
        message = message[os.write(channel.fileno(), message) :]


if __name__ == "__main__":
    main()
