"""How values are spread, from counts in buckets: eight a doubling, so a percentile is exact to 5 %."""

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate

from services.aggregator.analytics_views import SizeClass, Spread

_A_DOUBLING = 8
_SIZE_CLASSES = (10_000, 100_000, 1_000_000, 5_000_000, 10_000_000, 50_000_000)


def spread_of(buckets: Mapping[int, int]) -> Spread:
    """`buckets` counts values by floor(8 · log2(value))."""
    return Spread(p50=_quantile(buckets, 0.50), p95=_quantile(buckets, 0.95))


def size_classes(buckets: Mapping[int, int]) -> list[SizeClass]:
    """Documents by the size of their file; the last class holds all that is larger than the one before."""
    counts: Counter[int] = Counter()
    for bucket, documents in buckets.items():
        size = _middle(bucket)
        counts[next((limit for limit in _SIZE_CLASSES if size <= limit), _SIZE_CLASSES[-1])] += documents
    return [SizeClass(up_to=limit, documents=counts[limit]) for limit in _SIZE_CLASSES]


def _quantile(buckets: Mapping[int, int], share: float) -> float | None:
    ordered = sorted(buckets)
    wanted = share * sum(buckets.values())
    for bucket, reached in zip(ordered, accumulate(buckets[bucket] for bucket in ordered), strict=True):
        if reached >= wanted:
            return round(_middle(bucket), 3)
    return None


def _middle(bucket: int) -> float:
    return float(2 ** ((bucket + 0.5) / _A_DOUBLING))
