"""What a tenant has used: its plan, this month's pages, and the months before."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.ingest.plans import limits_of
from services.ingest.quota import quota_of
from shared.db import Transaction, rows

_PERIODS_SHOWN = 24


class PeriodUsage(BaseModel):
    """One month. `limit` is what held when pages were last reserved in it; null: none."""

    model_config = ConfigDict(from_attributes=True)

    period_start: datetime
    period_end: datetime
    limit: int | None
    used: int
    reserved: int


class Usage(BaseModel):
    """Pages of the running month, the plan's limits (null: none), and the newest months, this one first."""

    plan: str
    status: str
    batches_allowed: bool
    files_per_batch: int | None
    batches_per_minute: int | None
    limit: int | None
    used: int
    reserved: int
    remaining: int | None
    period_start: datetime
    resets_at: datetime
    periods: list[PeriodUsage]


async def usage_of(tx: Transaction, tenant_id: UUID) -> Usage:
    """Reserved pages are of documents under way: charged when they succeed, given back when they do not."""
    limits = await limits_of(tx, tenant_id)
    quota = await quota_of(tx, tenant_id)
    periods = await rows(
        tx,
        "SELECT period_start, period_end, page_limit AS limit, used, reserved FROM quota_periods"
        " WHERE tenant_id = $1 ORDER BY period_start DESC LIMIT $2",
        tenant_id,
        _PERIODS_SHOWN,
    )
    return Usage(
        **limits.model_dump(exclude={"pages_per_month"}),
        **quota.model_dump(),
        remaining=quota.remaining,
        periods=[PeriodUsage.model_validate(period) for period in periods],
    )
