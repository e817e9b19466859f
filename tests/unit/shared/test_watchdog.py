"""The watchdog ends what only looks alive, and nothing else."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest

from shared.watchdog import AwayTooLongError, watch

STALLED = """
import asyncio, time
from shared.watchdog import ended_when_stalled

async def main():
    with ended_when_stalled(after=2):
        {body}

asyncio.run(main())
"""


def probe(*answers: bool) -> Callable[[], Awaitable[dict[str, bool]]]:
    """What the broker says, look by look; the last answer stays."""
    left = list(answers)

    async def look() -> dict[str, bool]:
        return {"broker": left.pop(0) if len(left) > 1 else left[0], "storage": False}

    return look


async def test_a_part_that_is_away_for_long_ends_the_service():
    with pytest.raises(AwayTooLongError, match="broker"):
        await watch(probe(True, False), every=0.001, too_long=0.02)


@pytest.mark.parametrize("answers", [(True,), (False, True)], ids=["always there", "back again"])
async def test_a_part_that_is_there_or_comes_back_does_not(answers: tuple[bool, ...]):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await watch(probe(*answers), every=0.001, too_long=0.05)


def run_stalled(body: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", STALLED.format(body=body)], check=False, capture_output=True
    ).returncode


@pytest.mark.volume
def test_a_loop_that_stands_still_ends_its_process():
    assert run_stalled("time.sleep(20)") == 1


@pytest.mark.volume
def test_a_loop_that_runs_ends_in_its_own_time():
    assert run_stalled("await asyncio.sleep(3.5)") == 0
