"""Processes that a killed owner of the data folder left behind: recognised, ended, forgotten."""

import asyncio
import json
from pathlib import Path

import psutil

PATIENCE_SECONDS = 15
SAME_BIRTH_SECONDS = 2  # a clock that was corrected moves the computed time of birth a little


async def end_leftovers(run: Path) -> int:
    """End every process written down in `run` that still lives; returns how many there were."""
    return await asyncio.to_thread(_end_leftovers, run)


def _end_leftovers(run: Path) -> int:
    records = sorted(run.glob("*.json"))
    alive = [process for record in records if (process := _asked_to_end(record))]
    end_for_sure(alive)
    for record in records:
        record.unlink()
    return len(alive)


def _asked_to_end(record: Path) -> psutil.Process | None:
    try:
        known = json.loads(record.read_text())
    except ValueError:  # we died while writing it
        return None
    try:
        process = psutil.Process(known["pid"])
        # The number alone could be somebody else's by now.
        if abs(process.create_time() - known["born"]) > SAME_BIRTH_SECONDS:
            return None
        process.send_signal(known["end_with"])
    except psutil.NoSuchProcess:
        return None
    return process


def end_for_sure(processes: list[psutil.Process]) -> None:
    """Wait for processes that were asked to end, and kill those that do not."""
    _, stubborn = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=PATIENCE_SECONDS)
