"""Reads the statistics of the queues: what each stage of a service did, hour by hour."""

from collections import defaultdict
from typing import Any

from services.aggregator.analytics import Buckets, periods
from services.aggregator.analytics_views import AnalyticsFilter, QueueAnalytics, QueueFigures, QueuePeriod, StageQueue
from services.aggregator.spread import spread_of
from shared.db import Transaction, rows

_STAGES = ("classify", "extract")

# Each row counts twice: for its stage as a whole, and for its hour or day.
_KINDS = """CROSS JOIN LATERAL (VALUES (''), (extract(epoch FROM date_trunc($3, hour, 'UTC'))::bigint::text)) AS k (at)
WHERE hour >= $1 AND hour < $2"""

_FIGURES = """
SELECT stage, at, sum(enqueued) AS enqueued, sum(completed) AS completed, sum(failed) AS failed, sum(retried) AS retried,
  sum(waited_seconds) / nullif(sum(completed + failed), 0) AS average_wait,
  sum(worked_seconds) / nullif(sum(completed + failed), 0) AS average_run
FROM hourly_queue
"""
_BY_STAGE = " GROUP BY stage, at"

_SPREADS = """
SELECT split_part(measure, '.', 1) AS stage, split_part(measure, '.', 2) AS what, at, bucket, sum(documents) AS documents
FROM hourly_spread
"""
_BY_BUCKET = " AND measure LIKE '%.%' GROUP BY measure, at, bucket"


async def read_queue_analytics(tx: Transaction, query: AnalyticsFilter) -> QueueAnalytics:
    """What the queues of the stages did in the range for the transaction's tenant; for all, where it sees all."""
    since, until = query.range()
    asked = (since, until, query.step())
    spreads: dict[tuple[str, str], Buckets] = defaultdict(lambda: defaultdict(dict))
    for row in await rows(tx, _SPREADS + _KINDS + _BY_BUCKET, *asked):
        spreads[row.stage, row.at][row.what][row.bucket] = int(row.documents)
    figures = {
        (row.stage, row.at): _figures(row, spreads.get((row.stage, row.at), {}))
        for row in await rows(tx, _FIGURES + _KINDS + _BY_STAGE, *asked)
    }
    stages = [
        StageQueue(
            stage=stage,
            totals=QueueFigures(**figures.get((stage, ""), {})),
            over_time=[
                QueuePeriod(at=at, **figures.get((stage, f"{at.timestamp():.0f}"), {})) for at in periods(query)
            ],
        )
        for stage in _STAGES
    ]
    return QueueAnalytics(since=since, until=until, interval=query.step(), stages=stages)


def _figures(row: Any, buckets: Buckets) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in QueueFigures.model_fields.keys() & row._mapping.keys()}  # noqa: SLF001  # its public name
    return shown | {"wait": spread_of(buckets.get("wait", {})), "run": spread_of(buckets.get("work", {}))}
