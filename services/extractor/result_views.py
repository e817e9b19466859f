"""What the API shows of results, and where large ones are fetched from."""

from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel

from shared.http import ApiError, not_found
from shared.results import Result
from shared.storage import ObjectMissingError, Storage


class DocumentResult(BaseModel):
    """What was read from one document."""

    document_id: UUID
    batch_id: UUID
    generation: int
    version: int
    file_name: str
    custom_id: str | None
    document_type: str
    pages: int
    needs_review: bool
    result: Result


class ResultPage(BaseModel):
    items: list[DocumentResult]
    next_cursor: str | None


async def read_result(row: Any, storage: Storage) -> DocumentResult:
    """Raises ApiError 404 for a large result that is gone, 503 while the storage is away."""
    values = {name: getattr(row, name) for name in DocumentResult.model_fields}
    if row.result_key:
        try:
            values["result"] = orjson.loads(await storage.get(row.result_key))
        except ObjectMissingError as error:
            raise not_found("result") from error
        except OSError as error:
            raise ApiError(
                503, "storage_unavailable", "The object storage is away. Try again in a moment.", retryable=True
            ) from error
    return DocumentResult.model_validate(values)
