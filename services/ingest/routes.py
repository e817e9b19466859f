"""Ingest over HTTP: new batches, files back, and what other services ask."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.ingest.answers import ACCEPTED, WITH_DRY_RUN, DryRunWish, accepted
from services.ingest.pending import IS_OPEN
from services.ingest.submission import Submissions
from shared.auth import Caller, Identity, Verifier
from shared.db import Database, rows
from shared.downloads import download
from shared.http import ApiError, not_found
from shared.results import JsonObject
from shared.storage import ObjectMissingError, Storage

_CREATED = f"SELECT created_event, {IS_OPEN} AS open FROM batches WHERE batch_id = $1"  # noqa: S608 -- constant

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]


class TokenQuestion(BaseModel):
    token: str = Field(max_length=16_384)


def router(
    *, submissions: Submissions, api_db: Database, storage: Storage, verifier: Verifier, max_form_size: int
) -> APIRouter:
    routes = APIRouter()
    form: dict[str, Any] = {"openapi_extra": _FORM, "max_body_size": max_form_size, "status_code": 202}

    @routes.post("/api/batches", tags=["batches"], responses=WITH_DRY_RUN, **form)
    async def create_batch(
        request: Request, caller: Caller, idempotency_key: IdempotencyKey = None, *, dry_run: DryRunWish = False
    ) -> Response:
        """Hand in a batch of PDF, JPG and PNG files. Every file gets a verdict of its own."""
        if dry_run:
            look = await submissions.dry_run(request, caller)
            return Response(look.model_dump_json(), media_type="application/json")
        batch_id = await submissions.submit(request, caller, idempotency_key=idempotency_key)
        return await accepted(api_db, caller, batch_id)

    @routes.post("/api/documents", tags=["documents"], responses=ACCEPTED, **form)
    async def create_document(request: Request, caller: Caller, idempotency_key: IdempotencyKey = None) -> Response:
        """Hand in a single document: a batch of one."""
        batch_id = await submissions.submit(request, caller, idempotency_key=idempotency_key, single=True)
        return await accepted(api_db, caller, batch_id)

    @routes.get("/api/files/{document_id}", tags=["files"], response_class=StreamingResponse)
    async def get_file(document_id: UUID, caller: Caller) -> Response:
        """The file as it was handed in."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await rows(
                tx, "SELECT file_name, media_type, object_key FROM documents WHERE document_id = $1", document_id
            )
        if not found or found[0].object_key is None:
            raise not_found("file")
        return await _file(storage, found[0])

    @routes.get("/internal/batches/{batch_id}", include_in_schema=False)
    async def get_created_event(batch_id: UUID, caller: Caller) -> Response:
        """The batch.created event, for a service that has not heard it yet."""
        event = await _created_event(api_db, batch_id, caller)
        return Response(orjson.dumps(event), media_type="application/cloudevents+json")

    @routes.post("/internal/tokens/verify", include_in_schema=False)
    async def verify_token(question: TokenQuestion) -> Identity:
        """Whose token this is. Knowing the token is the proof."""
        identity = await verifier.verify(question.token)
        if identity is None:
            raise not_found("token")
        return identity

    return routes


async def _created_event(api_db: Database, batch_id: UUID, caller: Identity) -> JsonObject:
    """Raises ApiError 404, and 409 for a batch that is not submitted yet."""
    async with api_db.transaction(tenant=caller.tenant_id) as tx:
        found = await rows(tx, _CREATED, batch_id)
    if found and found[0].open:
        raise ApiError(409, "batch_is_open", "This batch is not submitted yet.")
    if not found or found[0].created_event is None:
        raise not_found("batch")
    return dict(found[0].created_event)


async def _file(storage: Storage, file: Any) -> Response:
    try:
        return await download(storage, file.object_key, file_name=file.file_name, media_type=file.media_type)
    except ObjectMissingError as error:
        raise not_found("file") from error


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "document_ids": {
                            "type": "string",
                            "description": "JSON array of ids: documents handed in before, behind the files.",
                        },
                        "name": {"type": "string", "maxLength": 200},
                        "description": {"type": "string", "maxLength": 2000},
                        "strategy": {"type": "string", "enum": ["global", "per_document", "auto"], "default": "global"},
                        "prompt": {"type": "string", "maxLength": 8000, "description": "One prompt for all files."},
                        "prompts": {
                            "type": "string",
                            "description": "JSON: an object by file name, or an array by position.",
                        },
                        "json_schema": {"type": "string", "description": "JSON Schema of the result, as JSON."},
                        "priority": {"type": "string", "enum": ["high", "normal", "low"], "default": "normal"},
                        "export": {"type": "string", "description": 'JSON: {"format": "xlsx", "layout": "multi_row"}.'},
                        "metadata": {"type": "string", "description": "JSON object, echoed everywhere."},
                        "custom_ids": {"type": "string", "description": "JSON, as prompts: your own ids of the files."},
                    },
                }
            }
        },
    }
}
