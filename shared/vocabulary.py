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
        return _LANES.index(self) + 1

    @classmethod
    def of_lane(cls, lane: int) -> "Priority":
        return _LANES[lane - 1]

    def moved_by(self, other: "Priority") -> "Priority":
        """One step up for what is high, one down for what is low; beyond both ends there is nothing."""
        return _LANES[min(max(self.lane + other.lane - 3, 0), 2)]


_LANES = (Priority.HIGH, Priority.NORMAL, Priority.LOW)


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


class Role(StrEnum):
    """What a user may do; each also what those before it may.

    A viewer reads, a member submits and steers what is its own, an admin rules its tenant, an operator all tenants.
    """

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"
    OPERATOR = "operator"
