"""What the children of test_sandbox do: some of it well, most of it badly."""

import ctypes
import itertools
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from shared.sandbox_child import HEADER, RAW


def work(request: dict[str, Any], file: BinaryIO) -> dict[str, Any] | bytes:
    if request["do"] == "read":
        return file.read()
    if request["do"] == "size":
        return {"size": len(file.read()), "pid": os.getpid(), "environment": sorted(os.environ)}
    if request["do"] == "flood":
        return bytes(request["bytes"])
    if request["do"] in TROUBLES:
        TROUBLES[request["do"]]()
        return {}
    try:
        ATTEMPTS[request["do"]](request.get("path", ""))
    except OSError as refused:
        return {"refused": refused.errno}
    return {"refused": None}


def _fail() -> None:
    raise ValueError("a sentence of the document")


def _loop() -> None:
    for _ in itertools.count():
        pass


def _exhaust_in_c() -> None:
    while ctypes.CDLL(None).malloc(1 << 20):
        pass
    ctypes.string_at(0)


def _answer_twice() -> None:
    """What a child does that a file has taken over, to have the next file's answer lie ready."""
    channel = int(sys.argv[2])
    os.write(channel, 2 * (HEADER.pack(RAW, 0.0, 4) + b"mine"))
    _loop()


TROUBLES: dict[str, Callable[[], object]] = {
    "bomb": lambda: bytearray(1 << 34),
    "native bomb": _exhaust_in_c,
    "loop": _loop,
    "answer twice": _answer_twice,
    "exit": lambda: os._exit(3),
    "segfault": lambda: ctypes.string_at(0),
    "fail": _fail,
}

ATTEMPTS: dict[str, Callable[[str], object]] = {
    "socket": lambda _: socket.socket(),
    "exec": lambda _: os.execv("/bin/true", ["true"]),
    "fork": lambda _: os.fork(),
    "kill": lambda path: os.kill(int(path), 0),
    "write": lambda path: Path(path).write_text("here"),
    "read file": lambda path: Path(path).read_bytes(),
    "delete": lambda path: Path(path).unlink(),
}
