"""The ledger's other half: an ended document is charged for its pages, or they are given back; once, whatever comes twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from shared.db import Transaction, after_commit, rows, run_sql
from shared.events import DocumentCancelled, DocumentExtracted, DocumentFailed, QuotaWarning
from shared.metrics import PAGES_CHARGED

Terminal = DocumentExtracted | DocumentFailed | DocumentCancelled
Level = Literal[80, 100]
Period = tuple[UUID, datetime]

# Only what was reserved can be settled, and the unique index lets the first to come do it.
_SETTLE = """
INSERT INTO quota_ledger (tenant_id, document_id, generation, kind, batch_id, period_start, pages)
SELECT r.tenant_id, r.document_id, r.generation, u.kind, r.batch_id, r.period_start, r.pages
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[]) WITH ORDINALITY
  AS u (tenant_id, document_id, generation, kind, place)
JOIN quota_ledger r ON r.tenant_id = u.tenant_id AND r.document_id = u.document_id AND r.generation = u.generation
WHERE r.kind = 'reserve'
ORDER BY r.tenant_id, r.document_id, r.generation, u.place
ON CONFLICT DO NOTHING
RETURNING tenant_id, period_start, document_id, kind, pages
"""
# In one order, so that two replicas never wait for each other.
_LOCK = """
SELECT q.tenant_id, q.period_start, q.period_end, q.used, q.reserved, q.warned, l.pages_per_month
FROM quota_periods q JOIN tenant_limits l USING (tenant_id)
JOIN unnest($1::uuid[], $2::timestamptz[]) AS u (tenant_id, period_start) USING (tenant_id, period_start)
ORDER BY q.tenant_id, q.period_start FOR NO KEY UPDATE OF q
"""
_BOOK = """
UPDATE quota_periods q SET used = q.used + u.charged, reserved = q.reserved - u.settled, warned = u.warned
FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::int[])
  AS u (tenant_id, period_start, charged, settled, warned)
WHERE q.tenant_id = u.tenant_id AND q.period_start = u.period_start
"""


@dataclass
class _Sums:
    """What one micro-batch does to one period."""

    charged: int = 0
    settled: int = 0
    document_id: UUID | None = None  # the last one charged: the cause of a warning


async def settle(events: Sequence[Terminal], *, tx: Transaction) -> list[QuotaWarning]:
    """Charge what was extracted, give back what failed or was cancelled; returns the warnings to publish with it."""
    settled = await rows(
        tx,
        _SETTLE,
        [event.tenant_id for event in events],
        [event.document_id for event in events],
        [event.generation for event in events],
        ["commit" if isinstance(event, DocumentExtracted) else "release" for event in events],
    )
    if not settled:
        return []
    after_commit(tx, partial(_count, settled))
    sums = _sums(settled)
    periods = await rows(tx, _LOCK, *_columns(sums))
    causes = {event.document_id: event for event in events}
    warnings: list[QuotaWarning] = []
    warned = []
    for period in periods:
        change = sums[period.tenant_id, period.period_start]
        warned.append(period.warned)
        if change.document_id:
            levels = levels_due(period.used + change.charged, limit=period.pages_per_month, warned=period.warned)
            warnings += [_warning(level, period, change, causes[change.document_id]) for level in levels]
            warned[-1] = max(levels, default=period.warned)
    await _book(tx, periods, sums, warned)
    return warnings


def levels_due(used: int, *, limit: int | None, warned: int) -> list[Level]:
    """The levels, in percent of the limit, that are reached and were not told yet."""
    levels: tuple[Level, ...] = (80, 100)
    return [level for level in levels if limit and warned < level and used * 100 >= level * limit]


def _count(settled: Sequence[Any]) -> None:
    for entry in settled:
        PAGES_CHARGED.labels(entry.kind).inc(entry.pages)


def _sums(settled: Sequence[Any]) -> dict[Period, _Sums]:
    sums: dict[Period, _Sums] = defaultdict(_Sums)
    for entry in settled:
        period = sums[entry.tenant_id, entry.period_start]
        period.settled += entry.pages
        if entry.kind == "commit":
            period.charged += entry.pages
            period.document_id = entry.document_id
    return sums


def _columns(sums: Mapping[Period, _Sums]) -> tuple[list[UUID], list[datetime]]:
    return [tenant_id for tenant_id, _ in sums], [start for _, start in sums]


async def _book(tx: Transaction, periods: Sequence[Any], sums: Mapping[Period, _Sums], warned: Sequence[int]) -> None:
    changes = [sums[period.tenant_id, period.period_start] for period in periods]
    await run_sql(
        tx,
        _BOOK,
        [period.tenant_id for period in periods],
        [period.period_start for period in periods],
        [change.charged for change in changes],
        [change.settled for change in changes],
        warned,
    )


def _warning(level: Level, period: Any, change: _Sums, cause: Terminal) -> QuotaWarning:
    return QuotaWarning.caused_by(
        cause,
        generation=1,
        level=level,
        period_start=period.period_start,
        period_end=period.period_end,
        limit=period.pages_per_month,
        used=period.used + change.charged,
        reserved=period.reserved - change.settled,
    )
