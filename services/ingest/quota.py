"""The page quota: how much of it is left, what fits into that, and the reservation of what was accepted.

Pages are reserved in the transaction that queues their documents, and settled by settlement.py when these have ended.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.db import Transaction, after_commit, rows, run_sql
from shared.http import ApiError
from shared.metrics import PAGES_CHARGED

# The whole race is decided here: one statement opens the period or adds to it, and only within the limit of this moment.
_TAKE = """
INSERT INTO quota_periods AS q (tenant_id, period_start, period_end, page_limit, reserved)
SELECT tenant_id, period_start(), period_end(), pages_per_month, $2::bigint FROM tenant_limits
WHERE tenant_id = $1 AND (pages_per_month IS NULL OR $2::bigint <= pages_per_month)
ON CONFLICT (tenant_id, period_start) DO UPDATE
SET reserved = q.reserved + EXCLUDED.reserved, page_limit = EXCLUDED.page_limit
WHERE EXCLUDED.page_limit IS NULL OR q.used + q.reserved + EXCLUDED.reserved <= EXCLUDED.page_limit
RETURNING true
"""
_OPEN = """
INSERT INTO quota_periods (tenant_id, period_start, period_end, page_limit)
SELECT tenant_id, period_start(), period_end(), pages_per_month FROM tenant_limits WHERE tenant_id = $1
ON CONFLICT (tenant_id, period_start) DO NOTHING
"""
_LOCK = "SELECT FROM quota_periods WHERE tenant_id = $1 AND period_start = period_start() FOR NO KEY UPDATE"
_NOW = """
SELECT l.pages_per_month AS limit, coalesce(q.used, 0) AS used, coalesce(q.reserved, 0) AS reserved,
       period_start() AS period_start, period_end() AS resets_at
FROM tenant_limits l LEFT JOIN quota_periods q ON q.tenant_id = l.tenant_id AND q.period_start = period_start()
WHERE l.tenant_id = $1
"""
_WRITE_DOWN = """
INSERT INTO quota_ledger (tenant_id, document_id, generation, kind, batch_id, period_start, pages)
SELECT $1, u.document_id, u.generation, 'reserve', u.batch_id, period_start(), u.pages
FROM unnest($2::uuid[], $3::int[], $4::uuid[], $5::int[]) AS u (document_id, generation, batch_id, pages)
"""


class Quota(BaseModel):
    """A tenant's quota in the running period, in pages. A limit of None means unlimited."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    limit: int | None
    used: int
    reserved: int
    period_start: datetime
    resets_at: datetime

    @property
    def remaining(self) -> int | None:
        """Never negative, also when a smaller plan came after the pages were used."""
        return None if self.limit is None else max(0, self.limit - self.used - self.reserved)


class Pair(NamedTuple):
    """A document in one generation, and the pages it will be charged for if it succeeds."""

    batch_id: UUID
    document_id: UUID
    generation: int
    pages: int


async def quota_of(tx: Transaction, tenant_id: UUID) -> Quota:
    """The quota as it stands now, without holding it."""
    (row,) = await rows(tx, _NOW, tenant_id)
    return Quota.model_validate(row)


async def reserve(tx: Transaction, tenant_id: UUID, pairs: Sequence[Pair]) -> Quota | None:
    """Reserve the pages of those pairs, in order, that fit; of one that does not fit nothing is reserved.

    Returns None when all fit; else the quota they met: `fitting(pages, quota.remaining)` says which were reserved.
    Call it in the transaction that queues the documents: the reservation stands if and only if that commits.
    """
    if not pairs:
        return None
    if await _take(tx, tenant_id, sum(pair.pages for pair in pairs)):
        await _write_down(tx, tenant_id, pairs)
        return None
    await run_sql(tx, _OPEN, tenant_id)
    await run_sql(tx, _LOCK, tenant_id)
    quota = await quota_of(tx, tenant_id)
    fit = fitting([pair.pages for pair in pairs], quota.remaining)
    reserved = [pair for pair, fits in zip(pairs, fit, strict=True) if fits]
    if reserved and not await _take(tx, tenant_id, sum(pair.pages for pair in reserved)):
        raise ApiError(
            503, "quota_moved", "The plan changed this very moment. Try again.", retryable=True, retry_after=1
        )
    await _write_down(tx, tenant_id, reserved)
    return quota


def fitting(pages: Sequence[int], left: int | None) -> list[bool]:
    """Which of these, taken in order, fit into what is left; a large one does not keep a small one after it out."""
    fit = []
    for wanted in pages:
        fits = left is None or wanted <= left
        fit.append(fits)
        if fits and left is not None:
            left -= wanted
    return fit


def quota_exceeded(quota: Quota, *, upgrade_hint: str) -> ApiError:
    """The refusal of a batch of which no file fits."""
    detail = (
        f"No file fits: of {quota.limit} pages this month {quota.used} are used and {quota.reserved} reserved for"
        f" documents under way. The quota starts anew on {quota.resets_at:%d %B %Y}. {upgrade_hint}"
    )
    return ApiError(402, "quota_exceeded", detail, extra=quota.model_dump(mode="json", exclude={"period_start"}))


async def _take(tx: Transaction, tenant_id: UUID, pages: int) -> bool:
    return bool(await rows(tx, _TAKE, tenant_id, pages))


async def _write_down(tx: Transaction, tenant_id: UUID, pairs: Sequence[Pair]) -> None:
    if pairs:
        await run_sql(
            tx,
            _WRITE_DOWN,
            tenant_id,
            [pair.document_id for pair in pairs],
            [pair.generation for pair in pairs],
            [pair.batch_id for pair in pairs],
            [pair.pages for pair in pairs],
        )
        after_commit(tx, partial(PAGES_CHARGED.labels("reserve").inc, sum(pair.pages for pair in pairs)))
