"""What a seed decides: which kinds of faults this run has, when they strike, and how long everything takes.

After FoundationDB's buggify: a kind of fault is on in some seeds only, and where it is on it strikes now and then. A last
moment is set after which nothing goes wrong any more: from then on everything has to heal.
"""

import contextvars
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, TypeVar

T = TypeVar("T")

TROUBLE_SECONDS = 10.0
"""How long things go wrong, in simulated time."""

KINDS = {
    "killed": 0.45,
    "frozen": 0.12,
    "restarted": 0.12,
    "message twice": 0.35,
    "message lost": 0.25,
    "confirm lost": 0.35,
    "message refused": 0.15,
    "late message": 0.35,
    "reordered": 0.5,
    "broker connections cut": 0.2,
    "broker away": 0.12,
    "queued messages lost": 0.12,
    "broker wiped": 0.08,
    "route missing": 0.08,
    "all routes missing": 0.05,
    "database away": 0.12,
    "commit answer lost": 0.25,
    "deadlock": 0.2,
    "statement cut": 0.2,
    "storage fails": 0.2,
    "storage answer lost": 0.2,
    "model fails": 0.3,
    "model throttles": 0.25,
    "model refuses": 0.15,
    "model hangs": 0.08,
    "model raises": 0.1,
    "model never answers": 0.05,
    "document kills its reader": 0.06,
    "receiver fails": 0.2,
    "receiver's answer lost": 0.2,
    "junk message": 0.12,
    "clock skewed": 0.15,
}

# How often a kind that is on strikes, where it could.
_OFTEN = {
    "message twice": 0.25,
    "message lost": 0.08,
    "confirm lost": 0.12,
    "message refused": 0.1,
    "late message": 0.2,
    "reordered": 0.5,
    "commit answer lost": 0.03,
    "deadlock": 0.01,
    "statement cut": 0.008,
    "storage fails": 0.1,
    "storage answer lost": 0.1,
    "model fails": 0.35,
    "model throttles": 0.3,
    "model refuses": 0.2,
    "model hangs": 0.12,
    "model raises": 0.2,
    "document kills its reader": 0.15,
    "receiver fails": 0.3,
    "receiver's answer lost": 0.3,
}


class Fate(Enum):
    """What becomes of a message on its way to the broker."""

    ARRIVES = auto()
    TWICE = auto()
    LOST = auto()
    UNCONFIRMED = auto()
    REFUSED = auto()


_FATES = {
    "message twice": Fate.TWICE,
    "message lost": Fate.LOST,
    "confirm lost": Fate.UNCONFIRMED,
    "message refused": Fate.REFUSED,
}


class Steps(Protocol):
    """A process, which every step of its work passes."""

    async def step(self, what: str) -> None: ...


PROCESS: contextvars.ContextVar[Steps | None] = contextvars.ContextVar("process", default=None)
"""Whose step it is: None for what is outside of the system, like its clients."""


@dataclass(frozen=True)
class Conditions:
    """What a run is like, where the seed does not decide it.

    `kinds` are the faults that are on. Without `reask` nothing heals what was lost for good. `replicas` is the share of
    services that run twice. `whole` is whether exporter and notifier run as well. `wishes` are what every client wants.
    `pages` is what each tenant may have read. `frozen` is the service that freezes, for longer than a lease. In a `rush` one tenant hands in everything at the same moment.
    """

    kinds: frozenset[str] | None = None
    reask: bool = True
    replicas: float = 0.2
    whole: bool | None = None
    wishes: frozenset[str] | None = None
    pages: int | None = None
    frozen: str | None = None
    rush: bool = False


ORDINARY = Conditions()


class Plan:
    """The dice of one seed. Whoever asks in the same order gets the same answers."""

    def __init__(self, seed: int, conditions: Conditions = ORDINARY) -> None:
        self.seed = seed
        self.conditions = conditions
        self.dice = random.Random(seed)
        drawn = {kind for kind, share in KINDS.items() if self.dice.random() < share}
        self.on = drawn if conditions.kinds is None else conditions.kinds
        drawn_whole = self.dice.random() < 0.25
        self.whole = drawn_whole if conditions.whole is None else conditions.whole
        self.struck: Counter[str] = Counter()
        self.calm = False

    def strikes(self, kind: str) -> bool:
        """Whether this fault happens here and now; counted when it does."""
        if self.calm or kind not in self.on or self.dice.random() >= _OFTEN[kind]:
            return False
        self.struck[kind] += 1
        return True

    def fate_of_publish(self, _type: str) -> Fate:
        return next((fate for kind, fate in _FATES.items() if self.strikes(kind)), Fate.ARRIVES)

    def latency(self) -> float:
        """Seconds that a small thing takes."""
        return self.dice.random() ** 4 * 0.05

    def transit(self) -> float:
        """Seconds from the exchange to a consumer."""
        return self.dice.uniform(2, 15) if self.strikes("late message") else self.latency()

    def which(self, waiting: int) -> int:
        """Which of the waiting messages comes next."""
        if waiting < 2 or not self.strikes("reordered"):
            return 0
        return self.dice.randrange(waiting)

    def choice(self, among: Sequence[T]) -> T:
        return among[0] if len(among) == 1 else self.dice.choice(among)

    async def step(self, what: str) -> None:
        """A step of the process at work; it may not survive it."""
        if process := PROCESS.get():
            await process.step(what)
