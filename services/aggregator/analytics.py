"""Reads statistics: the hours of a range put together, as a whole, over time and by what the documents were."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from services.aggregator.analytics_views import (
    Analytics,
    AnalyticsFilter,
    ErrorCount,
    Figures,
    Period,
    Slice,
    TenantFigures,
    TenantsAnalytics,
)
from services.aggregator.spread import size_classes, spread_of
from shared.db import Transaction, rows

# Each row counts once for every way to put the rows together: `kind` is the way, `name` what this part of it is called.
_KINDS = """CROSS JOIN LATERAL (VALUES ('all', ''), ('time', extract(epoch FROM date_trunc($3, hour, 'UTC'))::bigint::text),
  ('document_type', document_type), ('file_type', file_type), ('tenant', tenant_id::text)) AS k (kind, name)
WHERE hour >= $1 AND hour < $2
  AND (cardinality($4::text[]) = 0 OR document_type = ANY($4)) AND (cardinality($5::text[]) = 0 OR file_type = ANY($5))"""

_FIGURES = """
SELECT kind, name, sum(documents) AS documents, coalesce(sum(documents) FILTER (WHERE outcome = 'completed'), 0) AS completed,
  coalesce(sum(documents) FILTER (WHERE outcome = 'failed'), 0) AS failed,
  coalesce(sum(documents) FILTER (WHERE outcome = 'cancelled'), 0) AS cancelled, sum(needs_review) AS needs_review,
  coalesce(sum(pages) FILTER (WHERE outcome = 'completed'), 0) AS pages, sum(bytes) AS bytes,
  sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(cost) AS cost, sum(unpriced) AS unpriced
FROM hourly_documents
"""

_BY_PART = " GROUP BY kind, name"

_SPREADS = "SELECT kind, name, measure, bucket, sum(documents) AS documents FROM hourly_spread "
_BY_BUCKET = " AND measure IN ('wait', 'work', 'total', 'size') GROUP BY kind, name, measure, bucket"

_ERRORS = """
SELECT error AS category, sum(documents) AS documents FROM hourly_documents
WHERE hour >= $1 AND hour < $2 AND error <> ''
  AND (cardinality($3::text[]) = 0 OR document_type = ANY($3)) AND (cardinality($4::text[]) = 0 OR file_type = ANY($4))
GROUP BY error ORDER BY documents DESC, error
"""

_SHOWN_AS = {"wait": "queue_wait", "work": "processing", "total": "end_to_end", "size": "file_size"}

Part = tuple[str, str]  # kind and name
Buckets = dict[str, dict[int, int]]  # counts by measure and bucket


async def read_analytics(tx: Transaction, query: AnalyticsFilter) -> Analytics:
    """What the transaction's tenant has done in the range."""
    return Analytics(**await _read(tx, query))


async def read_tenants_analytics(tx: Transaction, query: AnalyticsFilter) -> TenantsAnalytics:
    """What all tenants have done in the range, those with the most documents first."""
    return TenantsAnalytics(**await _read(tx, query))


def periods(query: AnalyticsFilter) -> Iterator[datetime]:
    """The hours or days of the range, by their beginnings."""
    at, until = query.range()
    while at < until:
        yield at
        at += timedelta(days=1) if query.step() == "day" else timedelta(hours=1)


async def _read(tx: Transaction, query: AnalyticsFilter) -> dict[str, Any]:
    since, until = query.range()
    asked = (query.document_type, query.file_type)
    spreads = await _spreads(tx, since, until, query.step(), *asked)
    parts: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in await rows(tx, _FIGURES + _KINDS + _BY_PART, since, until, query.step(), *asked):
        parts[row.kind][row.name] = _figures(row, spreads.get((row.kind, row.name), {}))
    return {
        "since": since,
        "until": until,
        "interval": query.step(),
        "totals": Figures(**parts["all"].get("", {})),
        "over_time": [Period(at=at, **parts["time"].get(f"{at.timestamp():.0f}", {})) for at in periods(query)],
        "document_types": [Slice(name=name, **figures) for name, figures in _largest_first(parts["document_type"])],
        "file_types": [Slice(name=name, **figures) for name, figures in _largest_first(parts["file_type"])],
        "errors": [ErrorCount(**row._mapping) for row in await rows(tx, _ERRORS, since, until, *asked)],  # noqa: SLF001  # its public name
        "sizes": size_classes(spreads.get(("all", ""), {}).get("size", {})),
        "tenants": [TenantFigures(tenant_id=name, **figures) for name, figures in _largest_first(parts["tenant"])],
    }


async def _spreads(tx: Transaction, *asked: Any) -> dict[Part, Buckets]:
    spreads: dict[Part, Buckets] = defaultdict(lambda: defaultdict(dict))
    for row in await rows(tx, _SPREADS + _KINDS + _BY_BUCKET, *asked):
        spreads[row.kind, row.name][row.measure][row.bucket] = int(row.documents)
    return spreads


def _figures(row: Any, buckets: Buckets) -> dict[str, Any]:
    figures = {name: getattr(row, name) for name in Figures.model_fields.keys() & row._mapping.keys()}  # noqa: SLF001  # its public name
    judged = row.completed + row.failed
    return figures | {
        "success_rate_percentage": round(100 * float(row.completed / judged), 2) if judged else None,
        **{shown: spread_of(buckets.get(measure, {})) for measure, shown in _SHOWN_AS.items()},
    }


def _largest_first(parts: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(parts.items(), key=lambda part: (-part[1]["documents"], part[0]))
