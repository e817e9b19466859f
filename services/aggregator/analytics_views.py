"""What the API shows of statistics, and what may be asked of them."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.aggregator.filters import FileType
from shared.vocabulary import Priority

Interval = Literal["hour", "day"]

_USUAL_RANGE = timedelta(days=7)
_LONGEST_RANGE = timedelta(days=366)
_MOST_HOURS = timedelta(days=31)
_HOURS_UP_TO = timedelta(days=3)
_YEARS = range(1970, 9999)


def _within_the_calendar(moment: datetime) -> datetime:
    """Hours, days and other time zones beside the first and the last year cannot be told."""
    if not _YEARS.start <= moment.year < _YEARS.stop:
        raise ValueError(f"give a date from {_YEARS.start} to {_YEARS.stop - 1}")
    return moment


Moment = Annotated[datetime, AfterValidator(_within_the_calendar)]


class AnalyticsFilter(BaseModel):
    """Query of statistics: hours from `from` (the seven days before `to` when empty) up to, not including, `to`, in UTC."""

    model_config = ConfigDict(extra="forbid")

    since: Moment | None = Field(default=None, alias="from", description="From this hour on; seven days before `to`.")
    until: Moment | None = Field(default=None, alias="to", description="Before this moment; now.")
    interval: Interval | None = Field(
        default=None, description="Up to three days are shown by the hour, more by the day."
    )
    document_type: list[str] = Field(default=[], max_length=20)
    file_type: list[FileType] = []

    @model_validator(mode="after")
    def _sensible(self) -> "AnalyticsFilter":
        since, until = self.range()
        if not since < until:
            raise ValueError("`from` must be before `to`")
        if until - since > (_MOST_HOURS if self.interval == "hour" else _LONGEST_RANGE):
            raise ValueError("at most 366 days, or 31 days by the hour")
        return self

    def range(self) -> tuple[datetime, datetime]:
        """From the start of an hour (of a day, where days are shown) to the moment asked for, both in UTC."""
        until = _utc(self.until or datetime.now(UTC))
        since = _utc(self.since) if self.since else until - _USUAL_RANGE
        start = since.replace(minute=0, second=0, microsecond=0)
        by_day = self.interval == "day" or (self.interval is None and until - since > _HOURS_UP_TO)
        return (start.replace(hour=0) if by_day else start), until

    def step(self) -> Interval:
        since, until = self.range()
        return self.interval or ("day" if until - since > _HOURS_UP_TO else "hour")


class EstimateFilter(BaseModel):
    """Query of an estimate: a batch of so many documents, not handed in yet."""

    model_config = ConfigDict(extra="forbid")

    documents: int = Field(ge=1, le=1_000_000)
    priority: Priority = Priority.NORMAL


class Estimate(BaseModel):
    """`position` is 1 for what would be done before all your open batches; `seconds` is null where your pace is unknown."""

    position: int
    seconds: int | None


class Spread(BaseModel):
    """Half were no higher than `p50`, 95 % no higher than `p95`; exact to 5 %. Null where there is nothing."""

    p50: float | None = None
    p95: float | None = None


class Figures(BaseModel):
    """Documents that ended. One that is read again counts again; refused files count as failed. Times are in seconds.

    `pages` are those of completed documents. `success_rate_percentage` leaves the cancelled out. `cost` is in US dollars,
    without the `unpriced` documents. `queue_wait` and `processing` add up all stages of completed documents.
    """

    documents: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    needs_review: int = 0
    success_rate_percentage: float | None = None
    pages: int = 0
    bytes: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0
    queue_wait: Spread = Spread()
    processing: Spread = Spread()
    end_to_end: Spread = Spread()
    file_size: Spread = Spread()


class Period(Figures):
    """The hour or the day that begins at `at`, in UTC."""

    at: datetime


class Slice(Figures):
    """All of one document type or one file type."""

    name: str


class ErrorCount(BaseModel):
    """How many documents failed for this reason."""

    category: str
    documents: int


class SizeClass(BaseModel):
    """Completed documents whose file has up to this many bytes, and more than the class before."""

    up_to: int
    documents: int


class Analytics(BaseModel):
    """Statistics of a range. `over_time` has every hour or day of it, empty ones too."""

    since: datetime = Field(serialization_alias="from")
    until: datetime = Field(serialization_alias="to")
    interval: Interval
    totals: Figures
    over_time: list[Period]
    document_types: list[Slice]
    file_types: list[Slice]
    errors: list[ErrorCount]
    sizes: list[SizeClass]


class TenantFigures(Figures):
    tenant_id: UUID


class TenantsAnalytics(Analytics):
    """Statistics of all tenants together, and of each."""

    tenants: list[TenantFigures]


class QueueFigures(BaseModel):
    """What a stage did. `wait` is from a document's arrival to its last attempt, `run` that attempt; in seconds."""

    enqueued: int = 0
    completed: int = 0
    failed: int = 0
    retried: int = 0
    average_wait: float | None = None
    average_run: float | None = None
    wait: Spread = Spread()
    run: Spread = Spread()


class QueuePeriod(QueueFigures):
    at: datetime


class StageQueue(BaseModel):
    """The queue of one stage over a range."""

    stage: str
    totals: QueueFigures
    over_time: list[QueuePeriod]


class QueueAnalytics(BaseModel):
    since: datetime = Field(serialization_alias="from")
    until: datetime = Field(serialization_alias="to")
    interval: Interval
    stages: list[StageQueue]


def _utc(moment: datetime) -> datetime:
    """A moment without a zone is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
