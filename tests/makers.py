"""Makers of what many tests need: events and pages with sensible values, any of which a test may name."""

from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID, uuid4

from shared.cloudevent import Event
from shared.errors import Category, DocumentError, Stage
from shared.events import (
    BatchCancelRequested,
    BatchCompleted,
    BatchCreated,
    BatchDeleted,
    BatchFile,
    BatchMissed,
    BatchRetried,
    DocumentCancelled,
    DocumentClassified,
    DocumentExtracted,
    DocumentFailed,
    DocumentReviewed,
    DocumentUploaded,
    ExportCompleted,
    ExportFailed,
    QuotaWarning,
)
from shared.pages import Page, Pages, Word
from shared.results import Result
from shared.vocabulary import BatchStatus, Strategy

E = TypeVar("E", bound=Event)

TENANT = UUID("11111111-1111-4111-8111-111111111111")

_SCHEMA = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}


def a_batch_created(*, files: int = 1, **changes: Any) -> BatchCreated:
    listed = tuple(a_batch_file(position=position) for position in range(files))
    return _made(BatchCreated, changes, name="March", strategy=Strategy.AUTO, created_by="ada", files=listed)


def a_batch_file(**changes: Any) -> BatchFile:
    values: dict[str, Any] = {
        "document_id": uuid4(),
        "position": 0,
        "file_name": "invoice.pdf",
        "size": 1000,
        "pages": 1,
    }
    return BatchFile(**(values | {"media_type": "application/pdf"} | changes))


def a_document_uploaded(**changes: Any) -> DocumentUploaded:
    return _made(
        DocumentUploaded,
        changes,
        document_id=uuid4(),
        file_name="invoice.pdf",
        media_type="application/pdf",
        size=1000,
        sha256="ab" * 32,
        pages=1,
        object_key="batches/t/b/d-invoice.pdf",
        text_key="pages/t/ab/text-1.json.gz",
        strategy=Strategy.AUTO,
    )


def a_document_classified(**changes: Any) -> DocumentClassified:
    return _made(
        DocumentClassified,
        changes,
        document_id=uuid4(),
        file_name="invoice.pdf",
        media_type="application/pdf",
        sha256="ab" * 32,
        pages=1,
        object_key="batches/t/b/d-invoice.pdf",
        pages_key="pages/t/ab/text-1.json.gz",
        document_type="invoice",
        type_confidence=0.9,
        type_reason="It says invoice.",
        prompt="Read the invoice.",
        prompt_source="type",
        json_schema=_SCHEMA,
        schema_source="type",
    )


def a_document_extracted(**changes: Any) -> DocumentExtracted:
    return _made(
        DocumentExtracted,
        changes,
        document_id=uuid4(),
        file_name="invoice.pdf",
        document_type="invoice",
        pages=1,
        result=a_result(),
        provider="local",
        model="ingestio-local-1",
    )


def a_document_reviewed(**changes: Any) -> DocumentReviewed:
    return _made(
        DocumentReviewed,
        changes,
        document_id=uuid4(),
        file_name="invoice.pdf",
        document_type="invoice",
        pages=1,
        version=2,
        result=a_result(data={"total": 13.5}),
        provider="local",
        model="ingestio-local-1",
        reviewed_by="ada",
        role="member",
        approved=True,
        edits=1,
    )


def a_document_failed(**changes: Any) -> DocumentFailed:
    error = DocumentError.of(Category.UNREADABLE, Stage.INTAKE, "The file is cut off.")
    return _made(DocumentFailed, changes, document_id=uuid4(), file_name="broken.pdf", error=error)


def a_document_cancelled(**changes: Any) -> DocumentCancelled:
    return _made(DocumentCancelled, changes, document_id=uuid4(), reason="asked by ada")


def a_batch_retried(**changes: Any) -> BatchRetried:
    return _made(BatchRetried, {"generation": 2} | changes, documents=(uuid4(),), requested_by="ada")


def a_cancel_requested(**changes: Any) -> BatchCancelRequested:
    return _made(BatchCancelRequested, changes, requested_by="ada")


def a_batch_deleted(**changes: Any) -> BatchDeleted:
    return _made(BatchDeleted, changes)


def a_batch_missed(**changes: Any) -> BatchMissed:
    return _made(BatchMissed, changes)


def a_batch_completed(**changes: Any) -> BatchCompleted:
    counts = {"total": 1, "completed": 1, "failed": 0, "cancelled": 0, "needs_review": 0, "pages": 1}
    return _made(BatchCompleted, changes, name="March", status=BatchStatus.COMPLETED, **counts)


def an_export_completed(**changes: Any) -> ExportCompleted:
    return _made(ExportCompleted, changes, export_id=uuid4(), format="xlsx", layout="normal", rows=3)


def an_export_failed(**changes: Any) -> ExportFailed:
    error = DocumentError.of(Category.INTERNAL, Stage.EXPORT, "The batch is not known.")
    return _made(ExportFailed, changes, export_id=uuid4(), error=error)


def a_quota_warning(**changes: Any) -> QuotaWarning:
    period = {"period_start": datetime(2026, 11, 1, tzinfo=UTC), "period_end": datetime(2026, 12, 1, tzinfo=UTC)}
    return _made(QuotaWarning, changes, level=80, limit=100, used=80, reserved=5, **period)


def a_result(**changes: Any) -> Result:
    values: dict[str, Any] = {
        "data": {"total": 12.5},
        "provider": "local",
        "model": "ingestio-local-1",
        "prompt_version": "1",
    }
    return Result(**(values | changes))


def a_page(*lines: str, number: int = 1, source: Literal["text", "ocr", "none"] = "text") -> Page:
    """A page with one word box a word, a line every 2 % of its height."""
    words = [word for row, line in enumerate(lines) for word in _words(line, y0=0.05 + row * 0.02)]
    return Page(number=number, width=595, height=842, source=source, words=tuple(words))


def pages_of(*pages: Page) -> Pages:
    return Pages(pages=pages)


def _words(line: str, *, y0: float) -> list[Word]:
    words, x = [], 0.05
    for text in line.split(" "):
        width = 0.008 * max(len(text), 1)
        if text:
            words.append(Word(text=text, x0=x, y0=y0, x1=x + width, y1=y0 + 0.012))
        x += width + 0.008
    return words


def _made(contract: type[E], changes: dict[str, Any], **values: Any) -> E:
    return contract(**({"tenant_id": TENANT, "batch_id": uuid4()} | values | changes))
