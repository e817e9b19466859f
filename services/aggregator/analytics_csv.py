"""Statistics as CSV: one line an hour or day, a type, an error, a tenant, or a stage and hour."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import BaseModel

from services.aggregator.analytics_views import (
    Analytics,
    ErrorCount,
    Period,
    QueueAnalytics,
    QueuePeriod,
    SizeClass,
    Slice,
    Spread,
    TenantFigures,
)

Table = Literal["time", "document_type", "file_type", "error", "size"]
TenantsTable = Literal["tenant", "time", "document_type", "file_type", "error", "size"]

_PARTS: dict[TenantsTable, tuple[str, type[BaseModel]]] = {
    "tenant": ("tenants", TenantFigures),
    "time": ("over_time", Period),
    "document_type": ("document_types", Slice),
    "file_type": ("file_types", Slice),
    "error": ("errors", ErrorCount),
    "size": ("sizes", SizeClass),
}
_FIRST = {"at", "name", "category", "tenant_id"}


def analytics_csv(analytics: Analytics, table: TenantsTable) -> str:
    """One of the tables of the statistics, with a line of titles; `tenant` is one of all tenants' only."""
    name, kind = _PARTS[table]
    return _lines(_titles(kind), map(_flat, getattr(analytics, name)))


def queue_csv(analytics: QueueAnalytics) -> str:
    lines = ({"stage": stage.stage} | _flat(period) for stage in analytics.stages for period in stage.over_time)
    return _lines(["stage", *_titles(QueuePeriod)], lines)


def _titles(kind: type[BaseModel]) -> list[str]:
    """Of its fields, the name or the time first; percentiles are columns of their own."""
    titles: list[str] = []
    for name, field in kind.model_fields.items():
        spread = field.annotation is Spread
        titles += [f"{name}_{percentile}" for percentile in Spread.model_fields] if spread else [name]
    return sorted(titles, key=lambda title: title not in _FIRST)


def _flat(part: BaseModel) -> dict[str, Any]:
    return dict(_columns(part))


def _columns(part: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, value in part:
        if isinstance(value, Spread):
            yield from ((f"{name}_{percentile}", height) for percentile, height in value)
        else:
            yield name, value.isoformat() if name == "at" else value


def _lines(titles: list[str], parts: Iterable[dict[str, Any]]) -> str:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, titles)
    writer.writeheader()
    writer.writerows(parts)
    return lines.getvalue()
