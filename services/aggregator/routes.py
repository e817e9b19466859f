"""The aggregator over HTTP: batches and documents as people look at them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.aggregator.filters import BatchDocumentFilter, BatchFilter, DocumentFilter, DocumentSelection
from services.aggregator.fresh import fresh
from services.aggregator.latecomers import Latecomers
from services.aggregator.lists import document_after, list_batches, list_documents
from services.aggregator.reading import read_batch, read_document
from services.aggregator.views import Batch, BatchPage, DocumentPage, DocumentWithTimeline, NextDocument
from shared.auth import Caller, Credential
from shared.db import Database
from shared.http import not_found

MinVersion = Query(ge=1, description="The `version` of an answer you got: it is waited for, up to two seconds.")


def batch_router(api_db: Database, *, latecomers: Latecomers) -> APIRouter:
    """Batches, which ingest may know before we have heard of them."""
    routes = APIRouter(prefix="/api/batches")

    @routes.get("", tags=["batches"], response_model=BatchPage)
    async def get_batches(request: Request, query: Annotated[BatchFilter, Query()], caller: Caller) -> Response:
        """Your batches, newest first unless asked otherwise."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            page = await list_batches(tx, query, tenant_id=caller.tenant_id)
        return fresh(request, page)

    @routes.get("/{batch_id}", tags=["batches"], response_model=Batch)
    async def get_batch(
        request: Request,
        batch_id: UUID,
        caller: Caller,
        credential: Credential,
        min_version: Annotated[int | None, MinVersion] = None,
    ) -> Response:
        """One batch and how far it is."""
        await latecomers.ensure_known(batch_id, caller=caller, credential=credential, version=min_version)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            batch = await read_batch(tx, batch_id)
        if batch is None:
            raise not_found("batch")
        return fresh(request, batch)

    @routes.get("/{batch_id}/documents", tags=["documents"], response_model=DocumentPage)
    async def get_documents_of_batch(
        request: Request,
        batch_id: UUID,
        query: Annotated[BatchDocumentFilter, Query()],
        caller: Caller,
        credential: Credential,
    ) -> Response:
        """The documents of a batch, in the order they were handed in unless asked otherwise."""
        await latecomers.ensure_known(batch_id, caller=caller, credential=credential, version=query.min_version)
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            page = await list_documents(tx, query, tenant_id=caller.tenant_id, batch_id=batch_id)
        return fresh(request, page)

    return routes


def document_router(api_db: Database) -> APIRouter:
    """Documents of all batches, and each of them."""
    routes = APIRouter(prefix="/api/documents", tags=["documents"])

    @routes.get("", response_model=DocumentPage)
    async def get_documents(request: Request, query: Annotated[DocumentFilter, Query()], caller: Caller) -> Response:
        """All your documents, the last changed first unless asked otherwise."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            page = await list_documents(tx, query, tenant_id=caller.tenant_id)
        return fresh(request, page)

    @routes.get("/{document_id}", response_model=DocumentWithTimeline)
    async def get_document(request: Request, document_id: UUID, caller: Caller) -> Response:
        """One document, with all that happened to it."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            document = await read_document(tx, document_id)
        if document is None:
            raise not_found("document")
        return fresh(request, document)

    @routes.get("/{document_id}/next")
    async def get_next_document(
        document_id: UUID, query: Annotated[DocumentSelection, Query()], caller: Caller
    ) -> NextDocument:
        """The next document of a list after this one: with `needs_review=true&status=completed`, the next to review."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return await document_after(tx, document_id, query, tenant_id=caller.tenant_id)

    return routes
