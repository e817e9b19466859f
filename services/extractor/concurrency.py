"""How many model calls may be under way at once: more while the provider bears them, fewer as soon as it does not."""

from enum import StrEnum

from pydantic import BaseModel

FIRST_HOLD, LONGEST_HOLD, PATIENCE = 2.0, 20.0, 1.5  # seconds between two tries for more, and how they grow
FEW_FAILURES = 3  # say nothing about the load
START = 4


class Decision(StrEnum):
    """What was decided, each a metric."""

    GROW = "grow"
    PROBE = "probe"
    HOLD = "hold"
    SHRINK = "shrink"
    PAUSE = "pause"
    OPEN = "open"
    HALF_OPEN = "half_open"
    CLOSE = "close"


class Concurrency(BaseModel):
    """A search for the provider's capacity: doubled until too many, halved between what it bears and what it does not.

    A limit is believed after a round: as many successes as the limit, granted under it, while it was used in full.
    Times are seconds.
    """

    limit: int = START
    borne: int = 0
    too_many: int | None = None
    changed_at: float = 0.0  # calls granted before say nothing about this limit
    try_at: float = 0.0
    hold: float = FIRST_HOLD
    good: int = 0
    bad: int = 0
    peak: int = 0

    @property
    def tries_more(self) -> bool:
        """Whether the limit is above what the provider is known to bear."""
        return 0 < self.borne < self.limit

    def used(self, calls: int) -> None:
        """So many calls were under way."""
        self.peak = max(self.peak, calls)

    def succeeded(self, *, granted_at: float, now: float, most: int) -> Decision | None:
        if granted_at < self.changed_at:
            return None
        self.good += 1
        if self.good < self.limit or self.peak < self.limit:
            return None
        return self._believe(now, most)

    def failed(self, *, granted_at: float, now: float) -> Decision | None:
        """An overloaded server may not say so, only fail: many failures in a round count as being throttled."""
        self.bad += granted_at >= self.changed_at
        if self.bad >= FEW_FAILURES and self.bad > self.good:
            return self.throttled(granted_at=granted_at, now=now)
        return None

    def throttled(self, *, granted_at: float, now: float) -> Decision | None:
        """Fewer from now on, half way back to what it bore. A call granted before the last change tells nothing new."""
        if granted_at < self.changed_at:
            return None
        if self.borne >= self.limit:  # it bore this much before: less capacity is left
            self.borne, self.hold = 0, FIRST_HOLD
        else:
            self.hold = min(self.hold * PATIENCE, LONGEST_HOLD)
        self.too_many = self.limit
        return self._move((self.borne + self.limit) // 2, now, Decision.SHRINK)

    def restart(self, now: float) -> None:
        """After an outage: begin with one call."""
        self.borne, self.too_many, self.hold = 0, None, FIRST_HOLD
        self._move(1, now, Decision.GROW)

    def _believe(self, now: float, most: int) -> Decision | None:
        self.borne = self.limit
        if self.too_many is not None and self.too_many <= self.limit:  # a try for more went well
            self.too_many, self.hold = None, FIRST_HOLD
        if self.limit >= most:
            return self._move(most, now, None)
        if self.too_many is None:
            return self._move(min(2 * self.limit, most), now, Decision.GROW)
        if self.too_many - self.limit > 1:
            return self._move((self.limit + self.too_many) // 2, now, Decision.GROW)
        if now >= self.try_at:
            return self._move(self.too_many, now, Decision.PROBE)
        return self._move(self.limit, now, None)

    def _move(self, limit: int, now: float, decision: Decision | None) -> Decision | None:
        if decision is Decision.SHRINK:
            self.try_at = now + self.hold
        self.limit = max(limit, 1)
        self.changed_at, self.good, self.bad, self.peak = now, 0, 0, 0
        return decision
