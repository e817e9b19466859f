"""The classifier over HTTP: the document types."""

from fastapi import APIRouter
from pydantic import BaseModel
from services.classifier.document_types import BUILT_IN, DocumentType

from shared.auth import Caller
from shared.http import not_found


class DocumentTypes(BaseModel):
    items: list[DocumentType]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/document-types", tags=["document types"])

    @routes.get("")
    async def list_document_types(_caller: Caller) -> DocumentTypes:
        """All types with their default prompts and schemas."""
        return DocumentTypes(items=list(BUILT_IN.values()))

    @routes.get("/{code}")
    async def get_document_type(code: str, _caller: Caller) -> DocumentType:
        """One type with its default prompt and schema."""
        if code not in BUILT_IN:
            raise not_found("document type")
        return BUILT_IN[code]

    return routes
