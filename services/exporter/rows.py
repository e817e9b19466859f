"""What an export is made of: a finished document, and its data laid out as flat cells."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.errors import DocumentError
from shared.results import FieldEvidence, JsonObject, ResultWarning

Format = Literal["json", "csv", "xlsx"]
Layout = Literal["normal", "multi_row"]
Extra = Literal["pages", "confidence", "review"]
Path = tuple[str, ...]
Cell = str | int | float | bool | datetime | None

DEEPEST = 12  # what is nested deeper than any form we know becomes JSON text instead of a column


class ExportDocument(BaseModel):
    """One document in its terminal state, with what was read from it. Failed and cancelled ones have empty `data`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    document_id: UUID
    batch_id: UUID
    batch_name: str
    file_name: str
    custom_id: str | None = None
    document_type: str | None = None
    status: Literal["completed", "failed", "cancelled"]
    needs_review: bool = False
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    pages: int = 0
    provider: str | None = None
    model: str | None = None
    data: JsonObject = Field(default_factory=dict)
    fields: dict[str, FieldEvidence] = Field(default_factory=dict)
    warnings: tuple[ResultWarning, ...] = ()
    error: DocumentError | None = None
    finished_at: datetime | None = None

    @property
    def full(self) -> Self:
        """All of the document, as of one that is a line of a file."""
        return self

    @property
    def error_text(self) -> str | None:
        """The failure as one cell; None where there is none."""
        return f"{self.error.category}: {self.error.message}" if self.error else None

    @property
    def warnings_text(self) -> str | None:
        """All warnings as one cell; None where there are none."""
        return "; ".join(f"{warning.code}: {warning.message}" for warning in self.warnings) or None


def leaves_of(value: Any, path: Path = ()) -> dict[Path, Any]:
    """The values of nested objects by their path, in their order. Arrays and empty objects are leaves too."""
    if not isinstance(value, dict) or not value:
        return {path: value} if path else {}
    leaves: dict[Path, Any] = {}
    _gather(value, path, DEEPEST + len(path), leaves)
    return leaves


def split_items(leaves: Mapping[Path, Any], path: Path) -> tuple[dict[Path, Any], list[dict[Path, Any]]]:
    """Part the document's own leaves from the items of the array at `path`, whose leaves begin with `path`.

    A single object or value where other documents have an array is one item; an empty array and null are none.
    """
    own = {leaf: value for leaf, value in leaves.items() if leaf[: len(path)] != path}
    inside = {leaf: value for leaf, value in leaves.items() if leaf[: len(path)] == path}
    if isinstance(array := inside.get(path), list):
        return own, [leaves_of(item, path) for item in array]
    return own, [inside] if any(value is not None for value in inside.values()) else []


def as_cell(value: Any) -> Cell:
    """A leaf as one cell: arrays and objects as JSON text, everything else as it is."""
    return as_json(value) if isinstance(value, (list, dict)) else value


def as_json(value: Any) -> str:
    """JSON text as it is stored: no escapes for other scripts, integers of any length exact."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _gather(values: JsonObject, path: Path, deepest: int, leaves: dict[Path, Any]) -> None:
    for key, value in values.items():
        inner = (*path, key)
        if isinstance(value, dict) and value and len(inner) < deepest:
            _gather(value, inner, deepest, leaves)
        else:
            leaves[inner] = value
