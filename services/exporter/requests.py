"""What can be asked for: an export of a batch or of a selection of documents, and the job that makes it."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.exporter.csv_rows import PLAIN, CsvOptions
from services.exporter.rows import Extra, Format, Layout
from shared.jobs import NewJob
from shared.vocabulary import Priority

KEPT = timedelta(days=7)


class ExportRequest(BaseModel):
    """Exactly one of `batch_id`, `batch_ids` (several, in this order) and `document_ids`.

    `when` is `completed`: wait until all documents have ended, or `now`: take those that have. `path` names the array
    whose items are the rows of the layout `multi_row`; `include` adds columns; `csv` concerns the format csv only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch_id: UUID | None = None
    batch_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=100)
    document_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=10_000)
    format: Format = "xlsx"
    layout: Layout = "normal"
    path: str | None = Field(default=None, max_length=500)
    include: list[Extra] = []
    csv: CsvOptions = PLAIN
    when: Literal["completed", "now"] = "completed"

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if [self.batch_id, self.batch_ids, self.document_ids].count(None) != 2:
            raise ValueError("give one of batch_id, batch_ids and document_ids")
        return self

    @model_validator(mode="after")
    def _path_of_rows(self) -> Self:
        if self.path is not None and self.layout != "multi_row":
            raise ValueError(
                "path names the array whose items become rows: ask for layout multi_row, or leave path out"
            )
        return self


def export_row(request: ExportRequest, export_id: UUID, *, tenant_id: UUID, user: str, now: datetime) -> dict[str, Any]:
    """The row of `exports` for a request."""
    asked = request.model_dump()
    if asked["document_ids"] is not None:
        asked["document_ids"] = sorted(set(asked["document_ids"]))
    if asked["batch_ids"] is not None:
        asked["batch_ids"] = list(dict.fromkeys(asked["batch_ids"]))
    return asked | {
        "tenant_id": tenant_id,
        "export_id": export_id,
        "created_by": user,
        "created_at": now,
        "expires_at": now + KEPT,
    }


def request_hash(request: ExportRequest) -> str:
    """The same for the same request."""
    return sha256(request.model_dump_json().encode()).hexdigest()


def keyed_id(tenant_id: UUID, user: str, key: str) -> UUID:
    """The id of an export asked for with an Idempotency-Key: asked again, it is the same export."""
    return uuid5(tenant_id, f"export|{user}|{key}")


def export_job(row: dict[str, Any], *, generation: int = 1) -> NewJob:
    """The job that makes the export. Of several batches and of a selection the queue's fairness knows no batch: it is one of its own."""
    return NewJob(
        tenant_id=row["tenant_id"],
        batch_id=row["batch_id"] or row["export_id"],
        subject=row["export_id"],
        generation=generation,
        priority=Priority.HIGH,
        event=b"",
    )
