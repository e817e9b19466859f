"""What a provider allows in a minute, of requests or of tokens, spent as it comes in."""

from pydantic import BaseModel

BURST = 1 / 12  # of a minute's worth may be spent at once
MINUTE = 60.0


class Allowance(BaseModel):
    """No minute ever sees more than `per_minute`: what may be spent at once is taken off what flows in.

    `level` is what may be spent now; it goes below nothing when a call took more than was thought. Times are seconds.
    """

    level: float | None = None
    at: float = 0.0

    def refill(self, per_minute: int | None, now: float) -> None:
        if per_minute is None:
            self.level = None
            return
        burst = _burst(per_minute)
        flow = (per_minute - burst) / MINUTE
        self.level = burst if self.level is None else min(self.level + (now - self.at) * flow, burst)
        self.at = now

    def take(self, amount: float, per_minute: int | None) -> bool:
        """Whether there was enough. Something larger than any burst is let through by a full one."""
        if self.level is None or per_minute is None:
            return True
        if self.level < min(amount, _burst(per_minute)):
            return False
        self.level -= amount
        return True

    def correct(self, amount: float) -> None:
        """So much more was used than was thought, less when below nothing."""
        if self.level is not None:
            self.level -= amount

    def wait(self, amount: float, per_minute: int | None) -> float:
        """Seconds until there is enough."""
        if self.level is None or per_minute is None:
            return 0.0
        burst = _burst(per_minute)
        return max(min(amount, burst) - self.level, 0.0) * MINUTE / max(per_minute - burst, 1)


def _burst(per_minute: int) -> float:
    return max(per_minute * BURST, 1.0)
