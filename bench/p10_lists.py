"""P10: every list of the API among 1,000,000 documents; the slowest counts."""

from bench.lists import measure as ask
from bench.options import Options
from bench.result import Result, limit, p95

DOCUMENTS_A_BATCH = 20
TIMES = 100  # of thirty, the first look of all would be the p95


async def measure(options: Options) -> list[Result]:
    documents = options.size or 1_000_000
    took = await ask(documents // DOCUMENTS_A_BATCH, TIMES)
    slowest = max(took, key=lambda name: p95(took[name]))
    return [
        limit(
            "P10",
            f"lists at {documents:,} documents, p95 of each",
            values=[p95(values) for values in took.values()],
            unit="ms",
            most=20,
            note="the median of all lists",
        ),
        limit("P10", f"the slowest of them ({slowest}), p95", values=[p95(took[slowest])], unit="ms", most=20),
    ]
