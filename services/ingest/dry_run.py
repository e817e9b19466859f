"""What a batch would be, told before anything is stored: a verdict for every file, and whether the quota bears it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel

from services.ingest.candidates import Candidate
from services.ingest.fit import refuse_unfit
from services.ingest.quota import Quota
from shared.errors import DocumentError


class QuotaLeft(BaseModel):
    """The quota of the running month in pages; a limit of null means unlimited."""

    limit: int | None
    used: int
    reserved: int
    remaining: int | None
    resets_at: datetime


class FileLook(BaseModel):
    """What would become of one file. `pages` are also told of a file that does not fit."""

    file_name: str
    status: Literal["accepted", "refused"]
    size: int
    pages: int
    media_type: str | None
    error: DocumentError | None


class DryRun(BaseModel):
    """`pages` are those of all good files, `accepted_pages` what would be reserved; `fits` when these are the same.

    `cost` is in US dollars for the accepted pages, None where nobody has said what a page costs.
    """

    pages: int
    accepted_pages: int
    fits: bool
    cost: float | None
    quota: QuotaLeft
    files: list[FileLook]

    @classmethod
    def of(cls, inspected: Sequence[Candidate], quota: Quota, *, page_cost: float | None) -> Self:
        """`page_cost` is US dollars a page; without it the cost is not told."""
        after = refuse_unfit(inspected, quota)
        pages, accepted = (sum(candidate.pages for candidate in some) for some in (inspected, after))
        return cls(
            pages=pages,
            accepted_pages=accepted,
            fits=pages == accepted,
            cost=None if page_cost is None else round(accepted * page_cost, 6),
            quota=quota_left(quota),
            files=[_look(*pair) for pair in zip(inspected, after, strict=True)],
        )


def quota_left(quota: Quota) -> QuotaLeft:
    return QuotaLeft(**quota.model_dump(exclude={"period_start"}), remaining=quota.remaining)


def _look(before: Candidate, after: Candidate) -> FileLook:
    return FileLook(
        file_name=before.file.name,
        status="refused" if after.error else "accepted",
        size=before.file.size,
        pages=before.pages,
        media_type=before.inspection.media_type if before.inspection else None,
        error=after.error,
    )
