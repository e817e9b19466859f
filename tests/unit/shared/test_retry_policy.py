"""What becomes of a job that raised, as a table."""

from dataclasses import replace

import pytest

from shared.errors import Category, Permanent, Problem, Throttled, Transient
from shared.retries import STANDARD

REJECTED = Permanent(Category.PROVIDER_REJECTED, "no")
AWAY = Transient(Category.PROVIDER_UNAVAILABLE, "away")
BUSY = Throttled(Category.PROVIDER_UNAVAILABLE, "busy", retry_after=17)


@pytest.mark.parametrize(
    ("problem", "attempts", "least_wait"),
    [
        (REJECTED, 1, None),
        (AWAY, 1, 2),
        (AWAY, 2, 10),
        (AWAY, 3, 45),
        (AWAY, 4, None),
        (BUSY, 1, 17),
        (BUSY, 4, 17),
    ],
)
def test_what_becomes_of_a_job_that_raised(problem: Problem, attempts: int, least_wait: float | None):
    wait = STANDARD.after(problem, attempts=attempts)

    assert wait is least_wait is None or (wait and least_wait and least_wait <= wait <= least_wait * 1.25)


@pytest.mark.parametrize(
    ("most", "attempts", "least_wait"),
    [(0, 1, None), (1, 1, 2), (1, 2, None), (3, 3, 45), (5, 4, 45), (5, 5, 45), (5, 6, None)],
)
def test_operators_may_bound_the_retries_and_the_last_wait_comes_again(
    most: int, attempts: int, least_wait: float | None
):
    wait = replace(STANDARD, most=most).after(AWAY, attempts=attempts)

    assert wait is least_wait is None or (wait and least_wait and least_wait <= wait <= least_wait * 1.25)


def test_a_bound_on_retries_does_not_count_throttling():
    assert replace(STANDARD, most=0).after(BUSY, attempts=1)


def test_waits_are_jittered():
    assert len({STANDARD.next(1) for _ in range(20)}) > 1
