"""A document's row, and how news change it: in any order, any number of times, the same row comes out."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.aggregator.news import News
from shared.results import JsonObject
from shared.vocabulary import DocumentStatus

_COUNTED_AS = {
    DocumentStatus.UPLOADED: "queued",
    DocumentStatus.PROCESSING: "in_progress",
    DocumentStatus.COMPLETED: "completed",
    DocumentStatus.FAILED: "failed",
    DocumentStatus.CANCELLED: "cancelled",
}

_WATCHED = ("generation", "status", "reached", "version", "document_type", "needs_review")


@dataclass
class DocumentState:
    """One row of `documents`: the furthest news of the latest generation."""

    tenant_id: UUID
    document_id: UUID
    batch_id: UUID
    updated_at: datetime
    generation: int = 0
    rank: int = -1
    version: int = 0
    reached: int = 0
    position: int | None = None
    file_name: str | None = None
    custom_id: str | None = None
    media_type: str | None = None
    size: int | None = None
    pages: int = 0
    document_type: str | None = None
    status: str = DocumentStatus.UPLOADED
    needs_review: bool = False
    warnings_count: int = 0
    retries: int = 0
    error: JsonObject | None = None
    finished_at: datetime | None = None

    @classmethod
    def first_heard_in(cls, news: News) -> "DocumentState":
        return cls(news.tenant_id, news.document_id, news.batch_id, updated_at=news.at)

    def hear(self, news: News) -> None:
        """Take the news in. Only facts come from what is older than what is known."""
        self.updated_at = max(self.updated_at, news.at)
        self.pages = max(self.pages, news.pages)
        for name, value in news.facts.items():
            if getattr(self, name) is None:
                setattr(self, name, value)
        if news.generation > self.generation:
            self._begin(news.generation)
        if news.generation < self.generation:
            return
        self.reached = max(self.reached, news.reached)
        self.retries = max(self.retries, news.retries)
        newer = (news.rank, news.version) > (self.rank, self.version)
        if news.document_type and (newer or not self.document_type):
            self.document_type = news.document_type
        if newer:
            self._become(news)

    def counts(self) -> Counter[str]:
        """What this document adds to the counters of its batch."""
        status = DocumentStatus(self.status)
        return Counter(
            {
                _COUNTED_AS[status]: 1,
                "needs_review": int(self.needs_review and status is DocumentStatus.COMPLETED),
                "pages": self.pages,
                "pages_done": self.pages if status is DocumentStatus.COMPLETED else 0,
            }
        )

    def looks_unlike(self, before: "DocumentState | None") -> bool:
        """Whether somebody who watches is told. A new document waiting is no news: its batch tells of it."""
        if before is None:
            return self.rank > 0
        return any(getattr(self, name) != getattr(before, name) for name in _WATCHED)

    def _begin(self, generation: int) -> None:
        self.generation, self.rank, self.version, self.reached, self.retries = generation, -1, 0, 0, 0
        self.document_type = None

    def _become(self, news: News) -> None:
        self.rank, self.version = news.rank, news.version
        self.status = news.status
        self.needs_review, self.warnings_count, self.error = news.needs_review, news.warnings_count, news.error
        self.finished_at = news.at if news.status.terminal else None
