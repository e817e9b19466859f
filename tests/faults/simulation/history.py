"""What the clients of a run asked for and what they were told. The checker believes this, and not the system's own tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass
class Submission:
    """One batch that a client handed in, however often it had to ask. `answer` is what it was told in the end."""

    tenant_id: UUID
    name: str
    pages: Sequence[int]
    wants_export: bool
    answer: dict[str, Any] | None = None
    asked: int = 0
    told: list[int] = field(default_factory=list)  # the statuses of all answers
    retried: list[dict[str, Any]] = field(default_factory=list)
    cancelled: bool = False
    deleted_at: float | None = None
    seen: list[tuple[int, str]] = field(default_factory=list)  # generation and status, whenever somebody looked

    @property
    def batch_id(self) -> UUID | None:
        return UUID(self.answer["id"]) if self.answer else None

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """The files that were answered with 202."""
        return [one for one in self.answer["files"] if one["status"] == "accepted"] if self.answer else []


@dataclass
class History:
    """All submissions of all tenants of a run."""

    submissions: list[Submission] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)  # what was shown to somebody whom it does not belong to

    def of(self, batch_id: UUID) -> Submission | None:
        return next((one for one in self.submissions if one.batch_id == batch_id), None)
