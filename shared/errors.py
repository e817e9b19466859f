"""Why a document failed: stable categories, advice a user understands, and what a retry would do."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from shared.problems import Category, Permanent, Problem, Refused, Throttled, Transient
from shared.results import Usage

__all__ = [
    "ADVICE",
    "Category",
    "DocumentError",
    "Permanent",
    "Problem",
    "Refused",
    "Stage",
    "Throttled",
    "Transient",
    "Truncated",
]


class Stage(StrEnum):
    """Where in the chain it happened."""

    INTAKE = "intake"
    CLASSIFY = "classify"
    EXTRACT = "extract"
    EXPORT = "export"
    NOTIFY = "notify"


ADVICE: dict[Category, str] = {
    Category.EMPTY_FILE: "The file has no content. Export or scan it again and upload the new file.",
    Category.TOO_LARGE: "Files may have up to 50 MB. Split the document or lower the scan resolution.",
    Category.UNSUPPORTED_TYPE: "Only PDF, JPG and PNG are read, judged by content. Convert the file to PDF.",
    Category.UNREADABLE: "The file is damaged. Open it in a viewer; if it opens there, print it to a new PDF.",
    Category.ENCRYPTED: "The file needs a password. Remove the password and upload it again.",
    Category.NO_PAGES: "The file has no pages. Check that the export which made it finished.",
    Category.PAGE_COUNT_DISPUTED: "The number of pages cannot be trusted, so nothing was charged. "
    "Print the file to a new PDF and upload that.",
    Category.DUPLICATE: "The same file is already in this batch. Nothing more to do.",
    Category.INFECTED: "The virus scanner found something in this file. Do not open it.",
    Category.QUOTA_EXCEEDED: "The page quota is used up. Wait for the reset or choose a larger plan.",
    Category.MISSING_PROMPT: "The strategy per_document needs a prompt for every file. Add one and retry.",
    Category.OCR_FAILED: "The text of the page images could not be read. Retry; if it fails again, scan it anew.",
    Category.PROVIDER_REJECTED: "The model refused this request. Check prompt, schema and the model's settings.",
    Category.PROVIDER_UNAVAILABLE: "The model did not answer. Nothing is wrong with the document: retry later.",
    Category.INVALID_OUTPUT: "The model's answer did not fit the schema, also after a repair. "
    "Simplify the schema or choose a stronger model.",
    Category.NOT_FOUND: "What was asked for was deleted, or its id is wrong. Ask again for what is there.",
    Category.TIMED_OUT: "It took longer than it may, each time it was tried. Retry when less is going on; "
    "if it happens again, split it into smaller parts.",
    Category.WORKER_LOST: "This ended its worker three times, so it is set aside. Report it, please.",
    Category.INTERNAL: "Something went wrong on our side. Retry; if it fails again, report the request id.",
}


class DocumentError(BaseModel):
    """A failure as users see it, in events, in the API and in exports."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    category: Category
    stage: Stage
    message: str
    advice: str
    attempts: int = 1

    @classmethod
    def of(cls, category: Category, stage: Stage, message: str, *, attempts: int = 1) -> Self:
        return cls(category=category, stage=stage, message=message, advice=ADVICE[category], attempts=attempts)


class Truncated(Exception):
    """A model's answer was cut off, or the question did not fit: never a result. Ask about fewer pages."""

    def __init__(self, usage: Usage) -> None:
        super().__init__("the answer was cut off")
        self.usage = usage
