"""Failpoints: named places where a process can be made to die, to hang or to wait. Nothing unless the environment asks for it.

INGESTIO_FAILPOINTS names a folder. A file in it with the name of a failpoint arms that failpoint once: whoever reaches it
first renames the file to `<name>.fired`, which is the proof that the fault happened, and does what the file says:
`kill`, `block 20` (the whole process stands still for 20 s), `wait 5` (only this task waits).
"""

import asyncio
import os
import signal
import time
from pathlib import Path

VARIABLE = "INGESTIO_FAILPOINTS"


async def failpoint(name: str) -> None:
    """Do what was armed under this name; nothing in production."""
    if folder := os.environ.get(VARIABLE):
        match _disarm(Path(folder, name)):
            case ["kill"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["block", seconds]:
                time.sleep(float(seconds))  # noqa: ASYNC251  # to stand still is the fault
            case ["wait", seconds]:
                await asyncio.sleep(float(seconds))


def _disarm(armed: Path) -> list[str]:
    try:
        what = armed.read_text().split()
        armed.rename(f"{armed}.fired")
    except FileNotFoundError:
        return []
    return what
