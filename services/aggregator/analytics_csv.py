"""Statistics as CSV: one line an hour or day, a type, an error, or a stage and hour."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from services.aggregator.analytics_views import Analytics, QueueAnalytics, Spread

Table = Literal["time", "document_type", "file_type", "error", "size"]

_PARTS = {
    "time": "over_time",
    "document_type": "document_types",
    "file_type": "file_types",
    "error": "errors",
    "size": "sizes",
}


def analytics_csv(analytics: Analytics, table: Table) -> str:
    """One of the tables of the statistics, with a line of titles."""
    return _lines([_flat(part) for part in getattr(analytics, _PARTS[table])])


def queue_csv(analytics: QueueAnalytics) -> str:
    return _lines([{"stage": stage.stage} | _flat(period) for stage in analytics.stages for period in stage.over_time])


def _flat(part: BaseModel) -> dict[str, Any]:
    """Its fields with the name or the time first, percentiles as columns of their own."""
    return dict(sorted(_columns(part), key=lambda column: column[0] not in {"at", "name", "category"}))


def _columns(part: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, value in part:
        if isinstance(value, Spread):
            yield from ((f"{name}_{percentile}", height) for percentile, height in value)
        else:
            yield name, value.isoformat() if name == "at" else value


def _lines(parts: Sequence[dict[str, Any]]) -> str:
    lines = io.StringIO()
    if parts:
        writer = csv.DictWriter(lines, parts[0].keys())
        writer.writeheader()
        writer.writerows(parts)
    return lines.getvalue()
