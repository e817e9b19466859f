"""P11: small batches beside 5,000 waiting documents, and alone: another tenant's, and one of the tenant's own."""

from bench.fairness import measure as compare
from bench.options import Options
from bench.result import Result, limit

MOST = {"another tenant's 10": 2, "its own batch of 3": 3}


async def measure(options: Options) -> list[Result]:
    rounds = [await compare(options.size or 20) for _ in range(options.rounds)]
    return [
        limit(
            "P11",
            f"{case}: p95 beside 5,000 waiting, beside idle",
            values=[r[case] for r in rounds],
            unit="times",
            most=most,
        )
        for case, most in MOST.items()
    ]
