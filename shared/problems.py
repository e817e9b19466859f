"""What a job may raise, by its stable category. Imports nothing, as children of the sandbox start with it (shared.errors)."""

from enum import StrEnum


class Category(StrEnum):
    """The stable code of a failure. Codes are public: they are only ever added."""

    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    NO_PAGES = "no_pages"
    PAGE_COUNT_DISPUTED = "page_count_disputed"
    DUPLICATE = "duplicate"
    INFECTED = "infected"
    QUOTA_EXCEEDED = "quota_exceeded"
    MISSING_PROMPT = "missing_prompt"
    OCR_FAILED = "ocr_failed"
    PROVIDER_REJECTED = "provider_rejected"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    INVALID_OUTPUT = "invalid_output"
    NOT_FOUND = "not_found"
    TIMED_OUT = "timed_out"
    WORKER_LOST = "worker_lost"
    INTERNAL = "internal"


class Problem(Exception):
    """Base of what a job may raise; `message` is shown to users and never holds document text."""

    def __init__(self, category: Category, message: str) -> None:
        super().__init__(message)
        self.category = category
        self.message = message


class Permanent(Problem):
    """Trying again would not help: the document fails now."""


class Transient(Problem):
    """Trying again may help: the job is delayed and uses up one attempt."""


class Throttled(Problem):
    """The provider asked us to wait `retry_after` seconds: the job is delayed and no attempt is used up."""

    def __init__(self, category: Category, message: str, *, retry_after: float) -> None:
        super().__init__(category, message)
        self.retry_after = retry_after


class Refused(Throttled):
    """The provider takes no call at all until its settings are mended: no document is at fault, and all wait."""
