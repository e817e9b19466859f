"""The pace of a loop, on a simulated clock."""

import asyncio

from shared.pace import LONGEST_SECONDS, REST, Pace
from tests.faults.simulation.virtual_time import VirtualLoop


def rests(works: list[float], *, between: float = 0.0) -> list[float]:
    """How long each batch had to wait, when they take so long and come so far apart."""
    waited = []

    async def run() -> None:
        pace = Pace()
        for work in works:
            await asyncio.sleep(between)
            asked = asyncio.get_running_loop().time()
            await pace.rested()
            waited.append(round(asyncio.get_running_loop().time() - asked, 4))
            with pace.working():
                await asyncio.sleep(work)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run())
    return waited


def test_a_few_small_batches_wait_for_nothing():
    assert rests([0.01] * 5) == [0.0] * 5


def test_under_load_a_loop_rests_in_proportion_to_its_work():
    assert rests([0.02] * 50)[-1] == round(0.02 * REST, 4)


def test_no_rest_is_longer_than_the_longest():
    assert max(rests([5.0] * 4)) == LONGEST_SECONDS


def test_what_is_far_apart_never_waits():
    assert rests([0.04] * 10, between=1.0) == [0.0] * 10
