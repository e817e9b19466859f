"""Previews over HTTP: made of stored documents, of uploads, or of files; looked at; dropped."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.ingest.preview_ends import delete_preview
from services.ingest.preview_results import Preview, read_preview
from services.ingest.previews import Previews, PreviewWish
from shared.audit import record
from shared.auth import Caller
from shared.bell import Bell
from shared.db import Database, rows
from shared.http import not_found
from shared.storage import Storage

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "maxItems": 3, "items": {"type": "string", "format": "binary"}},
                        "strategy": {"type": "string", "enum": ["global", "per_document", "auto"], "default": "global"},
                        "prompt": {"type": "string", "maxLength": 8000},
                        "json_schema": {"type": "string", "description": "JSON Schema of the result, as JSON."},
                    },
                }
            }
        },
    }
}


def preview_router(
    previews: Previews, *, db: Database, api_db: Database, storage: Storage, bell: Bell, max_form_size: int
) -> APIRouter:
    routes = APIRouter(prefix="/api/previews", tags=["previews"])

    @routes.post("", status_code=202)
    async def create_preview(wish: PreviewWish, caller: Caller, response: Response) -> Preview:
        """Try a prompt on up to three stored documents or complete uploads. Nothing is charged; it is gone after a day."""
        preview_id = await previews.of_documents(wish, caller)
        response.headers["location"] = f"/api/previews/{preview_id}"
        return await read_preview(api_db, storage, preview_id, caller)

    @routes.post("/files", status_code=202, openapi_extra=_FORM, max_body_size=max_form_size)
    async def create_preview_of_files(request: Request, caller: Caller, response: Response) -> Preview:
        """Try a prompt on up to three files that come with the request."""
        preview_id = await previews.of_files(request, caller)
        response.headers["location"] = f"/api/previews/{preview_id}"
        return await read_preview(api_db, storage, preview_id, caller)

    @routes.get("/{preview_id}")
    async def get_preview(preview_id: UUID, caller: Caller) -> Preview:
        """What has come of a preview so far: results, tokens and cost."""
        return await read_preview(api_db, storage, preview_id, caller)

    @routes.delete("/{preview_id}", status_code=204)
    async def drop_preview(preview_id: UUID, caller: Caller) -> None:
        """Stop a preview and drop what it has."""
        async with db.transaction() as tx:  # as the worker: what is deleted, the API's role does not see
            found = await rows(
                tx,
                "SELECT tenant_id, batch_id, generation, deleted_at FROM batches"
                " WHERE tenant_id = $1 AND batch_id = $2 AND kind = 'preview' FOR UPDATE",
                caller.tenant_id,
                preview_id,
            )
            if not found:
                raise not_found("preview")
            if not found[0].deleted_at:
                await delete_preview(tx, found[0], user=caller.user)
                await record(tx, caller, "preview.delete", preview_id, {})
        bell.ring()

    return routes
