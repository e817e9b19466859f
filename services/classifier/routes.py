"""The classifier over HTTP: the document types."""

from fastapi import APIRouter
from pydantic import BaseModel

from services.classifier.document_types import DocumentType, built_in
from shared.auth import Caller
from shared.http import not_found


class DocumentTypes(BaseModel):
    items: list[DocumentType]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/document-types", tags=["document types"])

    @routes.get("")
    async def list_document_types(_caller: Caller) -> DocumentTypes:
        """All types with their default prompts and schemas."""
        return DocumentTypes(items=list(built_in().values()))

    @routes.get("/{code}")
    async def get_document_type(code: str, _caller: Caller) -> DocumentType:
        """One type with its default prompt and schema."""
        if code not in built_in():
            raise not_found("document type")
        return built_in()[code]

    return routes
