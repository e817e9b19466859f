"""Service level objectives, and how fast their budgets burn.

A document is good when it is completed within ten minutes, or ends for a reason that lies in the document itself; one that
somebody stopped does not count. A request is good when it is answered by anything but 5xx. What is stuck never ends and so is
in no ratio: the alert OldestJobWaits goes with these.
"""

from dataclasses import dataclass
from typing import Any

WINDOWS = ("5m", "30m", "1h", "6h", "3d")

_OURS = "internal|worker_lost|timed_out|provider_unavailable|invalid_output|ocr_failed"
_INSIDE = "/healthz|/readyz|/metrics|none"


@dataclass(frozen=True)
class Objective:
    """`bad` and `all` are rates a second over a window named `$w`; `target` is the share that is to be good."""

    name: str
    target: float
    bad: str
    all: str

    @property
    def ratio(self) -> str:
        """The recorded series without its window."""
        return f"ingestio:{self.name}:bad:ratio_rate"

    def rules(self) -> list[dict[str, Any]]:
        """The share that was bad, by window; nothing where nothing happened."""
        return [
            {"record": f"{self.ratio}{w}", "expr": f"({self.bad})\n/ (({self.all}) > 0)".replace("$w", w)}
            for w in WINDOWS
        ]

    def burns(self, *speeds: tuple[float, str, str]) -> str:
        """Whether the budget burns so many times as fast as it may, over a long window and still over a short one."""
        budget = 1 - self.target
        return "\nor ".join(
            f"({self.ratio}{long} > {speed * budget:.6g} and {self.ratio}{short} > {speed * budget:.6g})"
            for speed, long, short in speeds
        )

    def enough(self, window: str, number: int) -> str:
        """Whether there were so many at least: one failure of two says nothing."""
        seconds = {"1h": 3600, "3d": 259200}[window]
        return f"({self.all}) * {seconds} >= {number}".replace("$w", window)


DOCUMENTS = Objective(
    "documents",
    target=0.99,
    bad=f'(sum(rate(ingestio_document_errors_total{{category=~"{_OURS}"}}[$w])) or vector(0))\n'
    "+ (sum(rate(ingestio_document_end_to_end_seconds_count[$w]))"
    ' - sum(rate(ingestio_document_end_to_end_seconds_bucket{le="600.0"}[$w])) or vector(0))',
    all='sum(rate(ingestio_documents_finished_total{outcome=~"completed|failed"}[$w]))',
)
REQUESTS = Objective(
    "requests",
    target=0.999,
    bad=f'sum(rate(ingestio_http_requests_total{{code_class="5xx",route!~"{_INSIDE}"}}[$w])) or vector(0)',
    all=f'sum(rate(ingestio_http_requests_total{{route!~"{_INSIDE}"}}[$w]))',
)
