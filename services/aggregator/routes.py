"""The aggregator over HTTP: batches and documents as people look at them."""

from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.aggregator.latecomers import Latecomers
from services.aggregator.reading import read_batch, read_batches, read_document, read_documents
from services.aggregator.views import Batch, BatchPage, DocumentPage, DocumentWithTimeline
from shared.auth import Caller
from shared.db import Database
from shared.http import not_found
from shared.paging import Cursor
from shared.vocabulary import BatchStatus, DocumentStatus

Limit = Annotated[int, Query(ge=1, le=200)]


def router(*, api_db: Database, latecomers: Latecomers) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/batches", tags=["batches"], response_model=BatchPage)
    async def list_batches(
        request: Request,
        *,
        caller: Caller,
        limit: Limit = 50,
        cursor: str | None = None,
        status: Annotated[list[BatchStatus] | None, Query()] = None,
        q: Annotated[str | None, Query(max_length=200, description="Part of the name.")] = None,
    ) -> Response:
        """Your batches, newest first."""
        place = Cursor.read(cursor) if cursor else None
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            page = await read_batches(tx, limit=limit, cursor=place, status=status or (), search=q)
        return _fresh(request, page)

    @routes.get("/api/batches/{batch_id}", tags=["batches"], response_model=Batch)
    async def get_batch(request: Request, batch_id: UUID, caller: Caller) -> Response:
        """One batch and how far it is."""
        await latecomers.ensure_known(batch_id, caller=caller, authorization=request.headers["authorization"])
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            batch = await read_batch(tx, batch_id)
        if batch is None:
            raise not_found("batch")
        return _fresh(request, batch)

    @routes.get("/api/batches/{batch_id}/documents", tags=["documents"], response_model=DocumentPage)
    async def list_documents(
        request: Request,
        *,
        batch_id: UUID,
        caller: Caller,
        limit: Limit = 50,
        cursor: Annotated[int, Query(ge=0)] = 0,
        status: Annotated[list[DocumentStatus] | None, Query()] = None,
    ) -> Response:
        """The documents of a batch, in the order they were handed in."""
        await latecomers.ensure_known(batch_id, caller=caller, authorization=request.headers["authorization"])
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            page = await read_documents(tx, batch_id, limit=limit, first=cursor, status=status or ())
        return _fresh(request, page)

    @routes.get("/api/documents/{document_id}", tags=["documents"], response_model=DocumentWithTimeline)
    async def get_document(request: Request, document_id: UUID, caller: Caller) -> Response:
        """One document, with all that happened to it."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            document = await read_document(tx, document_id)
        if document is None:
            raise not_found("document")
        return _fresh(request, document)

    return routes


def _fresh(request: Request, body: BaseModel) -> Response:
    """The body with its ETag; 304 when the client holds the same already."""
    content = body.model_dump_json().encode()
    headers = {"etag": f'"{sha256(content).hexdigest()[:32]}"', "cache-control": "private, no-cache"}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
