"""What every fault case reports: its id, its seed, the faults that really happened, and a figure. No fault, no proof."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

PROPERTY = "fault-case"
"""The name of the user property that carries a case from the test's process to the runner's table."""


@dataclass
class Case:
    """One line of the closing table. `id` is like R17; `seed` is None where nothing is random.

    `ran` counts the seeds of the `wanted` that there was time for, where a number of them was promised.
    """

    id: str
    seed: int | None = None
    faults: Counter[str] = field(default_factory=Counter)
    figure: str = ""
    ran: int = 0
    wanted: int = 0
    times: dict[str, tuple[float, float]] = field(default_factory=dict)

    def took(self, what: str, seconds: float, *, limit: float) -> None:
        """How long something took; the longest counts. Beyond its limit the case has failed."""
        longest, _ = self.times.get(what, (0.0, limit))
        self.times[what] = max(longest, seconds), limit * slowness()

    @property
    def late(self) -> list[str]:
        """What took longer than was promised."""
        return [f"{what} in {took:.1f} s of {limit:g}" for what, (took, limit) in self.times.items() if took > limit]

    def injected(self, fault: str, times: int = 1) -> None:
        """Count a fault that really happened, in a few words: `confirm dropped`, `killed before commit`."""
        self.faults[fault] += times

    def line(self) -> dict[str, Any]:
        """As plain data, for the runner."""
        times = [f"{what} in {took:.1f} s of {limit:g}" for what, (took, limit) in self.times.items()]
        figure = "; ".join([*times, *filter(None, [self.figure])])
        counts = {"ran": self.ran, "wanted": self.wanted}
        return {"id": self.id, "seed": self.seed, "faults": dict(+self.faults), "figure": figure, **counts}


RecordCase = Callable[..., Case]
"""`record_case(id, seed=None)`: begin a case of this test; there may be several."""


@pytest.fixture
def record_case(request: pytest.FixtureRequest) -> Iterator[RecordCase]:
    """Hands out cases and reports them when the test ends; a case without a fault fails the test."""
    cases: list[Case] = []

    def begin(id_: str, seed: int | None = None) -> Case:
        cases.append(Case(id_, seed))
        return cases[-1]

    yield begin
    for case in cases:
        request.node.user_properties.append((PROPERTY, case.line()))
    harmless = [case.id for case in cases if not case.faults.total()]
    late = [what for case in cases for what in case.late]
    assert not harmless, f"nothing was injected: {', '.join(harmless)}"
    assert not late, late


def full_run() -> bool:
    """Whether this is `make test-faults FULL=1`; else the quick tier."""
    return os.environ.get("INGESTIO_FAULTS_FULL") == "1"


def left_out() -> set[str]:
    """The cases that this machine cannot run, as whoever started the run said."""
    return set(os.environ.get("INGESTIO_FAULTS_WITHOUT", "").split(","))


def seconds_to_run() -> float:
    """How long seeds are run from now on, on each core: what was asked for, but not beyond the time of the whole run."""
    until = float(os.environ.get("INGESTIO_FAULTS_UNTIL", "inf"))
    return min(float(os.environ.get("INGESTIO_FAULTS_SECONDS", "120")), until - time.time())


def minutes_to_soak() -> float:
    """How long the soak lasts."""
    return float(os.environ.get("INGESTIO_FAULTS_MINUTES", "3"))


def slowness() -> float:
    """By how much this machine may be slower than two quiet cores: limits of time are stretched by it."""
    return float(os.environ.get("INGESTIO_FAULTS_SLOWER", "1"))


def chosen_seed() -> int | None:
    """The seed named by `make test-faults SEED=…`, to replay it."""
    seed = os.environ.get("INGESTIO_FAULTS_SEED")
    return int(seed) if seed else None
