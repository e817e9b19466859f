"""A batch's row, and how events change it: in any order, any number of times, the same row comes out."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.cloudevent import Event
from shared.errors import Stage
from shared.events import (
    BatchCancelRequested,
    BatchCreated,
    BatchRetried,
    BatchUpdated,
    DocumentClassified,
    DocumentExtracted,
    DocumentFailed,
)
from shared.results import JsonObject
from shared.vocabulary import BatchStatus


@dataclass
class BatchState:
    """One row of `batches`, without its status, which the database computes. Until `created_at` is known nobody sees it."""

    tenant_id: UUID
    batch_id: UUID
    generation: int
    cancelled_up_to: int
    name: str | None
    description: str | None
    strategy: str | None
    priority: str | None
    metadata: JsonObject | None
    created_by: str | None
    total_files: int
    queued: int
    in_progress: int
    completed: int
    failed: int
    cancelled: int
    needs_review: int
    pages: int
    pages_done: int
    created_at: datetime | None
    started_at: datetime | None
    updated_at: datetime | None
    completed_at: datetime | None
    hidden: bool
    completed_generation: int
    deleted: int
    revision: int

    def hear(self, event: Event) -> None:
        """Take in what the event says about the batch itself."""
        self.updated_at = max(self.updated_at or event.time, event.time)
        match event:
            case BatchCreated():
                self._create(event)
            case BatchRetried():
                self.generation = max(self.generation, event.generation)
            case BatchUpdated():
                self._update(event)
            case BatchCancelRequested():
                self.cancelled_up_to = max(self.cancelled_up_to, event.generation)
                self.hidden |= event.deleting
        if _has_begun(event):
            self.started_at = min(self.started_at or event.time, event.time)

    def count(self, before: Counter[str], after: Counter[str]) -> None:
        """Move the counters by what changed in one document."""
        for name in before.keys() | after.keys():
            setattr(self, name, getattr(self, name) + after[name] - before[name])

    def outcome(self) -> BatchStatus:
        """How the batch ended, once all its documents have."""
        if self.failed + self.cancelled == 0:
            return BatchStatus.COMPLETED
        if self.completed + self.cancelled == 0:
            return BatchStatus.FAILED
        stopped = self.cancelled > 0 and self.cancelled_up_to >= self.generation
        return BatchStatus.CANCELLED if stopped else BatchStatus.PARTIALLY_COMPLETED

    def _create(self, event: BatchCreated) -> None:
        self.generation = max(self.generation, event.generation)
        self.description, self.strategy = event.description, event.strategy
        if self.revision == 0:
            self.name, self.priority = event.name, event.priority
        self.metadata, self.created_by = event.metadata, event.created_by
        self.created_at, self.total_files = event.time, len(event.files)

    def _update(self, event: BatchUpdated) -> None:
        if event.revision > self.revision:
            self.revision, self.name, self.priority = event.revision, event.name, event.priority


def _has_begun(event: Event) -> bool:
    """Whether somebody worked on a document; a refusal at intake is no work."""
    if isinstance(event, DocumentFailed):
        return event.error.stage is not Stage.INTAKE
    return isinstance(event, DocumentClassified | DocumentExtracted)
