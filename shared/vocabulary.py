"""The words of the product: strategies, priorities and statuses, spelt the same in events, API and tables."""

from enum import StrEnum


class Strategy(StrEnum):
    """Where a document's prompt comes from."""

    GLOBAL = "global"
    PER_DOCUMENT = "per_document"
    AUTO = "auto"


class Priority(StrEnum):
    """A weight in the queue (16, 4, 1), never a strict lane."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def lane(self) -> int:
        return list(Priority).index(self) + 1

    @classmethod
    def of_lane(cls, lane: int) -> "Priority":
        return list(cls)[lane - 1]


class BatchStatus(StrEnum):
    PENDING_UPLOAD = "pending_upload"
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class DocumentStatus(StrEnum):
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        return self in {DocumentStatus.COMPLETED, DocumentStatus.FAILED, DocumentStatus.CANCELLED}
