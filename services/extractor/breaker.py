"""Stops calls to a provider that is down or refuses them all, and lets one through now and then to see whether it is back."""

from enum import StrEnum

from pydantic import BaseModel

TRIP = 10  # failures in a row
FIRST_OPEN, LONGEST_OPEN = 5.0, 30.0  # seconds


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(BaseModel):
    """Opens after ten failures in a row, or one refusal, for 5 seconds, then 10, 20, at most 30. Times are seconds.

    `refusal` is what the provider has against all calls, empty where it just fails.
    """

    failures: int = 0
    opened: int = 0  # in a row, without a success between
    since: float = 0.0
    until: float = 0.0
    refusal: str = ""

    def state(self, now: float) -> State:
        if not self.opened:
            return State.CLOSED
        return State.OPEN if now < self.until else State.HALF_OPEN

    def succeeded(self) -> bool:
        """Whether the breaker closed by it."""
        closed = self.opened > 0
        self.failures = self.opened = 0
        self.refusal = ""
        return closed

    def failed(self, now: float) -> bool:
        """Whether the breaker opened by it. Calls from before it opened that fail later change nothing."""
        self.failures += 1
        if self.state(now) is State.OPEN or (not self.opened and self.failures < TRIP):
            return False
        self._open(now)
        return True

    def refused(self, now: float, *, why: str) -> bool:
        """Whether the breaker opened by it, or learned of it only now."""
        news = self.refusal != why
        self.refusal = why
        if self.state(now) is not State.OPEN:
            self._open(now)
        return news

    def _open(self, now: float) -> None:
        self.since = self.since if self.opened else now
        self.until = now + min(FIRST_OPEN * 2**self.opened, LONGEST_OPEN)
        self.opened += 1

    def room(self, now: float, *, under_way: int) -> int | None:
        """How many calls it lets through, None when it does not mind: the fewer, the nearer it is to opening."""
        state = self.state(now)
        if state is State.CLOSED:
            return TRIP - self.failures if self.failures else None
        return 0 if state is State.OPEN else max(1 - under_way, 0)
