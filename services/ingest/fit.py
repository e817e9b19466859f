"""Which files of a batch fit into the page quota, and what is said to those that do not."""

from collections.abc import Sequence
from dataclasses import replace

from services.ingest.candidates import Candidate
from services.ingest.quota import Quota, fitting
from shared.errors import Category, DocumentError, Stage


def refuse_unfit(candidates: Sequence[Candidate], quota: Quota) -> list[Candidate]:
    """The same candidates, where those that do not fit into the quota are refused; refused ones ask for nothing."""
    fits = fitting([candidate.pages for candidate in candidates], quota.remaining)
    return [
        candidate if candidate.error or fit else _unfit(candidate, quota)
        for candidate, fit in zip(candidates, fits, strict=True)
    ]


def none_fits(before: Sequence[Candidate], after: Sequence[Candidate]) -> bool:
    """Whether there were good files and the quota left none of them."""
    return any(c.inspection for c in before) and not any(c.inspection for c in after)


def _unfit(candidate: Candidate, quota: Quota) -> Candidate:
    message = (
        f"The file has {_pages(candidate.pages)}; of {quota.limit} a month {quota.used} are used and {quota.reserved}"
        f" reserved. The quota starts anew on {quota.resets_at:%d %B %Y}."
    )
    error = DocumentError.of(Category.QUOTA_EXCEEDED, Stage.INTAKE, message)
    return replace(candidate, inspection=None, error=error)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"
