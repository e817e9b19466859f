"""What came of a preview, read from the ends of its documents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel

from shared.auth import Identity
from shared.db import Database, rows
from shared.errors import DocumentError
from shared.events import DocumentCancelled, DocumentExtracted, DocumentFailed, decode
from shared.http import not_found
from shared.results import Result, Usage
from shared.storage import ObjectMissingError, Storage


class PreviewDocument(BaseModel):
    """One document, in the order asked. `result` and `usage` are there when it is completed, `error` when it failed.

    `document_id` is the preview's own: its pages can be looked at under it.
    """

    document_id: UUID
    file_name: str
    pages: int
    status: Literal["processing", "completed", "failed", "cancelled"]
    document_type: str | None = None
    needs_review: bool = False
    result: Result | None = None
    usage: Usage | None = None
    error: DocumentError | None = None


class Preview(BaseModel):
    """`usage` is the sum over the documents that are read; a cost of null means that a price is not known."""

    id: UUID
    status: Literal["processing", "completed"]
    created_at: datetime
    expires_at: datetime
    pages: int
    usage: Usage
    documents: list[PreviewDocument]


async def read_preview(api_db: Database, storage: Storage, preview_id: UUID, caller: Identity) -> Preview:
    """Raises ApiError 404 for a preview that is not there, or not any more."""
    async with api_db.transaction(tenant=caller.tenant_id) as tx:
        found = await rows(
            tx,
            "SELECT created_at, expires_at FROM batches WHERE batch_id = $1 AND kind = 'preview' AND expires_at > now()",
            preview_id,
        )
        files = await rows(
            tx,
            "SELECT d.document_id, d.file_name, d.pages, e.event FROM documents d LEFT JOIN preview_ends e"
            " USING (tenant_id, document_id) WHERE d.batch_id = $1 ORDER BY d.position",
            preview_id,
        )
    if not found:
        raise not_found("preview")
    read = [await _document(file, storage) for file in files]
    return Preview(
        id=preview_id,
        status="processing" if any(document.status == "processing" for document in read) else "completed",
        created_at=found[0].created_at,
        expires_at=found[0].expires_at,
        pages=sum(document.pages for document in read),
        usage=_sum([document.usage for document in read if document.usage]),
        documents=read,
    )


async def _document(file: Any, storage: Storage) -> PreviewDocument:
    shown = PreviewDocument(
        document_id=file.document_id, file_name=file.file_name, pages=file.pages, status="processing"
    )
    match decode(bytes(file.event)) if file.event else None:
        case DocumentExtracted() as event:
            told = {"document_type": event.document_type, "needs_review": event.needs_review, "usage": event.usage}
            return shown.model_copy(update=told | {"status": "completed", "result": await _result(event, storage)})
        case DocumentFailed() as event:
            return shown.model_copy(update={"status": "failed", "error": event.error})
        case DocumentCancelled():
            return shown.model_copy(update={"status": "cancelled"})
    return shown


async def _result(event: DocumentExtracted, storage: Storage) -> Result | None:
    if event.result_key is None:
        return event.result
    try:
        return Result.model_validate(orjson.loads(await storage.get(event.result_key)))
    except ObjectMissingError as error:
        raise not_found("preview") from error


def _sum(usages: Sequence[Usage]) -> Usage:
    costs = [usage.cost for usage in usages]
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
