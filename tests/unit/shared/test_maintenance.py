"""Recurring tasks go on when a part is away, and only then."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from shared.maintenance import repeat

ENOUGH = asyncio.CancelledError  # as if the service ended
FULL = 100


def runs(*ends: int | type[BaseException]) -> tuple[Callable[[], Awaitable[int]], list[object]]:
    """A task whose runs end like this, one after the other, and a list of those that were begun."""
    begun: list[object] = []

    async def run() -> int:
        end = ends[len(begun)]
        begun.append(end)
        if isinstance(end, int):
            return end
        raise end

    return run, begun


@pytest.mark.parametrize(
    "ends",
    [(ConnectionError, TimeoutError, 3, ENOUGH), (FULL, FULL, 3, ENOUGH)],
    ids=["while a part is away", "as long as there is more"],
)
async def test_a_task_goes_on(ends: Sequence[int | type[BaseException]]):
    run, begun = runs(*ends)

    with pytest.raises(ENOUGH):
        await repeat("try", run, seconds=0, full=FULL)
    assert len(begun) == 4


async def test_no_pause_is_made_where_there_is_more():
    run, begun = runs(FULL, FULL, ENOUGH)

    with pytest.raises(ENOUGH):
        await repeat("try", run, seconds=3600, at_once=True, full=FULL)
    assert len(begun) == 3


async def test_what_nobody_expected_ends_it():
    run, _ = runs(LookupError)

    with pytest.raises(LookupError):
        await repeat("try", run, seconds=0)


async def test_what_a_task_endures_does_not_end_it():
    run, begun = runs(LookupError, ENOUGH)

    with pytest.raises(ENOUGH):
        await repeat("try", run, seconds=0, endures=(LookupError,))
    assert len(begun) == 2
