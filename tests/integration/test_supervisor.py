"""The supervisor over real processes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from ingestio.local.processes import end_leftovers
from ingestio.local.supervisor import LONGEST_PAUSE, Command, Supervisor, pause_after

FOREVER = "import signal; signal.pause()"


class Pids:
    """What the supervisor told, with a bell."""

    def __init__(self) -> None:
        self.now: dict[str, int] = {}
        self.changed = asyncio.Event()

    def __call__(self, pids: Mapping[str, int]) -> None:
        self.now = dict(pids)
        self.changed.set()

    async def until(self, name: str, *, other_than: int) -> int:
        async with asyncio.timeout(20):
            while self.now.get(name, other_than) == other_than:
                self.changed.clear()
                await self.changed.wait()
        return self.now[name]


@asynccontextmanager
async def supervised(program: str, folder: Path) -> AsyncIterator[Pids]:
    pids = Pids()
    command = Command([sys.executable, "-c", program], dict(os.environ), folder / "log")
    supervisor = Supervisor({"one": command}, changed=pids)
    await supervisor.start()
    try:
        yield pids
    finally:
        await supervisor.stop()


async def test_a_killed_process_is_started_again(tmp_path: Path):
    async with supervised(FOREVER, tmp_path) as pids:
        first = pids.now["one"]
        os.kill(first, signal.SIGKILL)
        assert psutil.pid_exists(await pids.until("one", other_than=first))


async def test_after_the_stop_nothing_runs(tmp_path: Path):
    async with supervised(FOREVER, tmp_path) as pids:
        pid = pids.now["one"]
    assert not psutil.pid_exists(pid)
    assert pids.now == {}


async def test_what_a_process_says_is_in_its_log(tmp_path: Path):
    async with supervised("print('hello', flush=True)", tmp_path) as pids:
        await pids.until("one", other_than=pids.now["one"])
    assert (tmp_path / "log").read_text().startswith("hello\n")


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (50, LONGEST_PAUSE)])
def test_pauses_grow_up_to_a_limit(deaths: int, seconds: float):
    assert pause_after(deaths) == seconds


def test_a_pid_that_belongs_to_something_else_now_is_left_alone():
    end_leftovers({"ingest": os.getpid()})
    assert psutil.pid_exists(os.getpid())
