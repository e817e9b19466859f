"""How often a job is tried and after which waits: the policy is data, what it decides is plain arithmetic."""

import random
from dataclasses import dataclass

from shared.errors import Permanent, Problem, Throttled


@dataclass(frozen=True)
class Retries:
    """Seconds before each attempt after the first, and how many deaths of its worker a job survives.

    `jitter` is by what part of itself a wait may grow. `most` bounds the retries where there shall not be one after each wait.
    Where jobs cannot kill a worker, those of a dead one are no suspects: they run beside the others.
    """

    delays: tuple[float, ...] = (2.0, 10.0, 45.0)
    max_crashes: int = 3
    suspects: bool = True
    jitter: float = 0.25
    most: int | None = None

    @property
    def max_attempts(self) -> int:
        return (len(self.delays) if self.most is None else self.most) + 1

    def wait(self, attempts: int) -> float:
        """Seconds until the next attempt after so many, should there be one: after more than there are waits, the last again."""
        return jittered(self.delays[:attempts][-1], self.jitter)

    def next(self, attempts: int) -> float | None:
        """The same; None when that was the last attempt."""
        return self.wait(attempts) if attempts < self.max_attempts else None

    def after(self, problem: Problem, *, attempts: int) -> float | None:
        """The same after an attempt that raised: throttling is waited out as long as asked, a permanent problem never."""
        if isinstance(problem, Throttled):
            return jittered(problem.retry_after, self.jitter)
        return None if isinstance(problem, Permanent) else self.next(attempts)

    def after_death(self) -> float:
        """Seconds until a job whose worker died is tried again."""
        return jittered(self.delays[1], self.jitter)


STANDARD = Retries()


def jittered(seconds: float, most: float = STANDARD.jitter) -> float:
    """A little longer, so that what failed together does not come back together."""
    return seconds * random.uniform(1, 1 + most)  # noqa: S311  # spreads retries, hides nothing
