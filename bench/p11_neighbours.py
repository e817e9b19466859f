"""P11: another tenant's small batch beside 5,000 waiting documents, and alone."""

from bench.fairness import measure as compare
from bench.options import Options
from bench.result import Result, limit

CASE = "another tenant's 10"


async def measure(options: Options) -> list[Result]:
    ratios = [(await compare(options.size or 20))[CASE] for _ in range(options.rounds)]
    return [limit("P11", "another tenant's p95 beside 5,000 waiting, beside idle", values=ratios, unit="times", most=2)]
