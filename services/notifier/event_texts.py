"""Events in one line, for people."""

from shared.events import BatchCompleted, ExportCompleted, ExportFailed, QuotaWarning
from shared.vocabulary import BatchStatus

_OUTCOMES = {
    BatchStatus.COMPLETED: "is done",
    BatchStatus.PARTIALLY_COMPLETED: "is done in part",
    BatchStatus.FAILED: "failed",
    BatchStatus.CANCELLED: "was cancelled",
}


def text_of_batch(event: BatchCompleted) -> str:
    """One line for people, like: June receipts is done: 9 of 10 completed, 1 failed, 2 to review."""
    counts = [f"{event.completed} of {event.total} completed"]
    counts += [f"{event.failed} failed"] if event.failed else []
    counts += [f"{event.cancelled} cancelled"] if event.cancelled else []
    counts += [f"{event.needs_review} to review"] if event.needs_review else []
    return f"{event.name} {_OUTCOMES.get(event.status, event.status)}: {', '.join(counts)}."


def text_of_export(event: ExportCompleted | ExportFailed) -> str:
    if isinstance(event, ExportFailed):
        return f"An export could not be made: {event.error.message}"
    return f"An export is ready: {event.rows} rows as {event.format}."


def text_of_quota(event: QuotaWarning) -> str:
    return f"{event.level} % of this period's pages are used: {event.used} of {event.limit}."
