"""The answer to a new batch, whichever way its files came."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from services.ingest.dry_run import DryRun
from shared.auth import Identity
from shared.db import Database, rows
from shared.errors import DocumentError


class FileVerdict(BaseModel):
    """What became of one file."""

    document_id: UUID
    file_name: str
    custom_id: str | None
    status: Literal["accepted", "refused"]
    size: int
    pages: int
    media_type: str | None
    error: DocumentError | None


class BatchAccepted(BaseModel):
    """The answer to a new batch: 202, or 422 with the same body when no file was good."""

    id: UUID
    name: str
    status: str
    version: int
    pages: int
    files: list[FileVerdict]


DryRunWish = Annotated[bool, Query(description="Only say what would become of every file; store nothing.")]
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"model": BatchAccepted}, 422: {"model": BatchAccepted}}
WITH_DRY_RUN: dict[int | str, dict[str, Any]] = {200: {"model": DryRun, "description": "Of a dry run."}, **ACCEPTED}


async def accepted(api_db: Database, caller: Identity, batch_id: UUID) -> Response:
    """202, or 422 with the same body when no file was good."""
    async with api_db.transaction(tenant=caller.tenant_id, by_key=True) as tx:
        (batch,) = await rows(tx, "SELECT name, status, generation FROM batches WHERE batch_id = $1", batch_id)
        files = await rows(
            tx,
            "SELECT document_id, file_name, custom_id, size, pages, media_type, object_key, error"
            " FROM documents WHERE batch_id = $1 ORDER BY position",
            batch_id,
        )
    verdicts = [_verdict(file) for file in files]
    body = BatchAccepted(
        id=batch_id,
        name=batch.name,
        status=batch.status,
        version=batch.generation,
        pages=sum(verdict.pages for verdict in verdicts),
        files=verdicts,
    )
    some_good = any(verdict.status == "accepted" for verdict in verdicts)
    return Response(
        body.model_dump_json(),
        status_code=202 if some_good else 422,
        media_type="application/json",
        headers={"location": f"/api/batches/{batch_id}"},
    )


def _verdict(file: Any) -> FileVerdict:
    refused = file.object_key is None
    return FileVerdict(
        document_id=file.document_id,
        file_name=file.file_name,
        custom_id=file.custom_id,
        status="refused" if refused else "accepted",
        size=file.size,
        pages=file.pages,
        media_type=file.media_type,
        error=DocumentError.model_validate(file.error) if refused else None,
    )
