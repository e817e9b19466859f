"""What all replicas together know about a model's provider, and how many calls it allows now."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from services.extractor.allowance import Allowance
from services.extractor.breaker import Breaker, State
from services.extractor.concurrency import Concurrency, Decision

SOON = 1.0  # seconds: an answer may come any time and free a place


class Limits(BaseModel):
    """What the operator allows: calls at once, and requests and tokens a minute; None for no bound."""

    model_config = ConfigDict(frozen=True)

    most_calls: int = 64
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


class Ended(NamedTuple):
    """How a call ended. `tokens`: how many more it took than was thought. `wait`: seconds the provider asks for.

    `why`: what it has against every call, where it refused.
    """

    kind: Literal["ok", "throttled", "failed", "refused", "dropped"]
    granted_at: float
    tokens: int = 0
    wait: float = 0.0
    why: str = ""


class Granted(NamedTuple):
    """How many of the calls asked for may start, and in how many seconds more may."""

    calls: int
    wait: float


class Provider(BaseModel):
    """The state of one provider. Plain arithmetic: the ledger keeps it, under one row's lock. Times are seconds."""

    concurrency: Concurrency = Concurrency()
    breaker: Breaker = Breaker()
    requests: Allowance = Allowance()
    tokens: Allowance = Allowance()
    paused_until: float = 0.0

    def settle(self, ended: Iterable[Ended], *, limits: Limits, now: float) -> list[Decision]:
        """Learn from calls that ended; returns what was decided."""
        decisions: list[Decision | None] = []
        for call in ended:
            self.tokens.correct(call.tokens)
            if call.kind == "ok":
                decisions += self._succeeded(call, limits, now)
            elif call.kind == "throttled":
                decisions += self._throttled(call, now)
            elif call.kind == "failed":
                decisions += self._failed(call, now)
            elif call.kind == "refused" and self.breaker.refused(now, why=call.why):
                decisions.append(Decision.OPEN)
        return [decision for decision in decisions if decision]

    def grant(self, wanted: Sequence[int], *, under_way: int, limits: Limits, now: float) -> Granted:
        """How many of the first calls wanted, given by their tokens, may start beside those under way."""
        self.requests.refill(limits.requests_per_minute, now)
        self.tokens.refill(limits.tokens_per_minute, now)
        until = max(self.paused_until, self.breaker.until if self.breaker.opened else 0.0)
        if now < until:
            return Granted(0, until - now)
        room = min(self.concurrency.limit, limits.most_calls) - under_way
        cautious = self.breaker.room(now, under_way=under_way)
        room = room if cautious is None else min(room, cautious)
        granted = 0
        while granted < min(room, len(wanted)) and self._take(wanted[granted], limits):
            granted += 1
        self.concurrency.used(under_way + granted)
        return Granted(granted, SOON if granted >= max(room, 0) else self._wait(wanted[granted:], limits))

    def state(self, now: float) -> str:
        """`ready`, `throttled`, `waiting` for it to come back, or `trying` whether it is back."""
        state = self.breaker.state(now)
        if state is not State.CLOSED:
            return "waiting" if state is State.OPEN else "trying"
        return "throttled" if now < self.paused_until else "ready"

    def _succeeded(self, call: Ended, limits: Limits, now: float) -> list[Decision | None]:
        if self.breaker.succeeded():
            self.concurrency.restart(now)
            return [Decision.CLOSE]
        return [self.concurrency.succeeded(granted_at=call.granted_at, now=now, most=limits.most_calls)]

    def _throttled(self, call: Ended, now: float) -> list[Decision | None]:
        """A provider that asks to wait is there: for the breaker that is no failure.

        All wait, unless more was tried than it is known to bear: then only the call that was too many does.
        """
        self.breaker.failures = 0
        tried_more = self.concurrency.tries_more
        decided = self.concurrency.throttled(granted_at=call.granted_at, now=now)
        if now >= self.paused_until and (tried_more or not decided):
            return [decided]
        longer = now + call.wait > self.paused_until
        self.paused_until = max(self.paused_until, now + call.wait)
        return [Decision.PAUSE if longer and decided else None, decided]

    def _failed(self, call: Ended, now: float) -> list[Decision | None]:
        opened = Decision.OPEN if self.breaker.failed(now) else None
        return [opened, self.concurrency.failed(granted_at=call.granted_at, now=now)]

    def _take(self, tokens: int, limits: Limits) -> bool:
        if not self.tokens.take(tokens, limits.tokens_per_minute):
            return False
        if self.requests.take(1, limits.requests_per_minute):
            return True
        self.tokens.correct(-tokens)
        return False

    def _wait(self, wanted: Sequence[int], limits: Limits) -> float:
        if not wanted:
            return SOON
        return max(
            self.requests.wait(1, limits.requests_per_minute), self.tokens.wait(wanted[0], limits.tokens_per_minute)
        )
