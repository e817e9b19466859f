"""The server's answers, as far as the command line reads them; what it does not know it leaves alone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.errors import DocumentError
from shared.results import Result
from shared.vocabulary import BatchStatus

_ENDED = {BatchStatus.COMPLETED, BatchStatus.PARTIALLY_COMPLETED, BatchStatus.FAILED, BatchStatus.CANCELLED}


class QueueName(StrEnum):
    """The services that have a queue."""

    CLASSIFIER = "classifier"
    EXTRACTOR = "extractor"
    EXPORTER = "exporter"
    NOTIFIER = "notifier"


class Answer(BaseModel):
    """Read-only and tolerant."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FileVerdict(Answer):
    """What became of one file at intake: `accepted` or `refused`."""

    document_id: UUID
    file_name: str
    status: str
    pages: int = 0
    error: DocumentError | None = None

    @property
    def accepted(self) -> bool:
        return self.status == "accepted"


class Submitted(Answer):
    """A new batch with a verdict for every file."""

    id: UUID
    status: str
    files: tuple[FileVerdict, ...]

    @property
    def accepted(self) -> tuple[FileVerdict, ...]:
        return tuple(file for file in self.files if file.accepted)


class Batch(Answer):
    """How far a batch is."""

    id: UUID
    name: str = ""
    status: BatchStatus
    total_documents: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    needs_review: int = 0
    pages: int = 0
    pages_done: int = 0
    created_at: datetime | None = None

    @property
    def done(self) -> int:
        """Documents that have an outcome."""
        return self.completed + self.failed + self.cancelled

    @property
    def ended(self) -> bool:
        return self.status in _ENDED


class Document(Answer):
    """One document of a batch, as the lists show it."""

    id: UUID
    file_name: str
    status: str
    document_type: str | None = None
    needs_review: bool = False
    warnings_count: int = 0
    pages: int = 0
    error: DocumentError | None = None


class DocumentResult(Answer):
    """The result of one document."""

    document_id: UUID
    generation: int = 1
    version: int = 1
    file_name: str = ""
    document_type: str = ""
    needs_review: bool = False
    result: Result


class Export(Answer):
    """An export on its way. It has ended when it is `ready` to be downloaded, `failed` with an error, or was stopped."""

    id: UUID
    status: str
    format: str = ""
    layout: str = ""
    error: DocumentError | str | None = None

    @property
    def ended(self) -> bool:
        return self.status not in {"queued", "running"}


class DeadLetter(Answer):
    """A message that no handler could take. Its body is there when one is asked for alone."""

    id: UUID
    reason: str
    type: str | None = None
    size: int = 0
    created_at: datetime
    body: str = ""


class LetterVerdict(Answer):
    """What was, or would be, done with a dead letter; `problem` is what keeps it dead."""

    id: UUID
    fate: str | None = None
    problem: str | None = None


class Queue(Answer):
    """A queue as operators have set it, and how much of it waits and runs. What is null is as usual."""

    queue: str
    paused: bool = False
    slots: int | None = None
    retries: int | None = None
    usual_slots: int = 0
    usual_retries: int = 0
    ready: int = 0
    delayed: int = 0
    suspect: int = 0
    running: int = 0
    changed_by: str | None = None


class LetterVerdicts(Answer):
    """One for each letter that was taken; `remaining` more wait."""

    items: tuple[LetterVerdict, ...]
    remaining: int = 0
