"""A provider with so much capacity and as many clients as it bears, in simulated time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from services.extractor.concurrency import Decision
from services.extractor.provider import Ended, Limits, Provider

STEP = 0.05  # seconds between two looks of those who wait


@dataclass
class Simulation:
    """`capacity(now)` calls are served at a time, each in `latency` seconds; the others are told to wait."""

    capacity: Callable[[float], int]
    latency: float = 1.0
    retry_after: float = 1.0
    limits: Limits = field(default_factory=Limits)
    provider: Provider = field(default_factory=Provider)
    served: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    decisions: list[tuple[float, Decision]] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Everybody always has more to ask."""
        under_way: list[tuple[float, float, str]] = []  # when it ends, when it was granted, how
        now = 0.0
        while now < seconds:
            ended = []
            while under_way and under_way[0][0] <= now:
                at, granted_at, kind = heapq.heappop(under_way)
                ended.append(Ended(kind, granted_at, wait=self.retry_after if kind == "throttled" else 0.0))  # type: ignore[arg-type]  # one of the kinds
                self.served += [at] if kind == "ok" else []
            self.decisions += [(now, each) for each in self.provider.settle(ended, limits=self.limits, now=now)]
            granted = self.provider.grant([1] * 200, under_way=len(under_way), limits=self.limits, now=now)
            for _ in range(granted.calls):
                self.asked.append(now)
                busy = sum(kind == "ok" for _, _, kind in under_way)
                call = (now + self.latency, now, "ok") if busy < self.capacity(now) else (now + STEP, now, "throttled")
                heapq.heappush(under_way, call)
            now = min([now + STEP, *(call[0] for call in under_way)]) if under_way else now + STEP

    def rate(self, start: float, end: float) -> float:
        """Answers a second between two times."""
        return sum(start <= at < end for at in self.served) / (end - start)
