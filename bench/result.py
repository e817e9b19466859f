"""What a measurement found: ours beside a peer's in paired rounds, or a value beside its limit."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Result:
    """One line of the table. `ours` and `peer` are medians; `spread` is the least and the most of what is compared."""

    id: str
    what: str
    ours: float
    unit: str
    goal: float
    compared: float
    spread: tuple[float, float]
    rounds: int
    better: Literal["more", "less"]
    peer: float | None = None
    note: str = ""

    @property
    def met(self) -> bool:
        return self.compared >= self.goal if self.better == "more" else self.compared <= self.goal

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def ratio(
    id_: str,
    what: str,
    *,
    ours: Sequence[float],
    peer: Sequence[float],
    unit: str,
    goal: float,
    note: str = "",
    better: Literal["more", "less"] = "more",
) -> Result:
    """Paired rounds: each of ours is divided by the peer's of the same round."""
    ratios = [mine / theirs for mine, theirs in zip(ours, peer, strict=True)]
    return Result(
        id=id_,
        what=what,
        ours=statistics.median(ours),
        peer=statistics.median(peer),
        unit=unit,
        goal=goal,
        compared=statistics.median(ratios),
        spread=(min(ratios), max(ratios)),
        rounds=len(ratios),
        better=better,
        note=note,
    )


def limit(id_: str, what: str, *, values: Sequence[float], unit: str, most: float, note: str = "") -> Result:
    """A value that is to stay under a limit, measured some times."""
    middle = statistics.median(values)
    spread = (min(values), max(values))
    return Result(id_, what, middle, unit, most, middle, spread, len(values), "less", note=note)


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def share(id_: str, what: str, *, values: Sequence[float], least: float, note: str = "") -> Result:
    """A part of what there could be, measured some times."""
    middle = statistics.median(values)
    spread = (min(values), max(values))
    return Result(id_, what, middle, "", least, middle, spread, len(values), "more", note=note)
