"""Prompts over HTTP: templates to begin with, and a suggestion from a document."""

from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import BaseModel

from services.classifier.classify_document import Model
from services.classifier.document_types import DocumentType, built_in
from services.classifier.shown_pages import ShownPages, Source
from services.classifier.suggestions import Suggestion, suggest_by_model, suggest_locally
from shared.auth import Caller
from shared.db import Database, Transaction, rows
from shared.errors import Problem
from shared.http import not_found
from shared.pages import Pages
from shared.results import JsonObject

log = structlog.get_logger()


class PromptTemplate(BaseModel):
    """The prompt of a document type, with the schema it goes with."""

    code: str
    title: str
    prompt: str
    characters: int
    json_schema: JsonObject


class PromptTemplates(BaseModel):
    items: list[PromptTemplate]


class Example(BaseModel):
    """A classified document, of a batch or of a preview."""

    document_id: UUID


def prompt_router(*, api_db: Database, shown: ShownPages, model: Model | None) -> APIRouter:
    routes = APIRouter(prefix="/api/prompts", tags=["prompts"])

    @routes.get("")
    async def list_prompt_templates(_caller: Caller) -> PromptTemplates:
        """The prompts of the document types, to begin with."""
        return PromptTemplates(items=[_template(kind) for kind in built_in().values()])

    @routes.post("/suggest")
    async def suggest_prompt(example: Example, caller: Caller) -> Suggestion:
        """A prompt for documents like this one: by the model where one is configured and answers, else by rules."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            source = await Source.of(tx, example.document_id)
            kind = await _type_of(tx, example.document_id)
        pages = Pages(pages=await shown.pages(source))
        if model is not None:
            try:
                return await suggest_by_model(pages, kind, client=model.client, model=model.name, dialect=model.dialect)
            except Problem as problem:
                log.warning("model_did_not_suggest", category=problem.category)
        return suggest_locally(pages, kind)

    return routes


async def _type_of(tx: Transaction, document_id: UUID) -> DocumentType:
    found = await rows(
        tx,
        "SELECT document_type FROM classifications WHERE document_id = $1 ORDER BY generation DESC LIMIT 1",
        document_id,
    )
    if not found:
        raise not_found("classified document")
    return built_in().get(found[0].document_type, built_in()["other"])


def _template(kind: DocumentType) -> PromptTemplate:
    return PromptTemplate(
        characters=len(kind.prompt), **kind.model_dump(include={"code", "title", "prompt", "json_schema"})
    )
