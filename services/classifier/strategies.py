"""Where a document's prompt and schema come from: the batch, the file itself, or the document's type."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.classifier.document_types import DocumentType
from shared.errors import Category, Permanent
from shared.results import JsonObject
from shared.vocabulary import Strategy


class Instructions(BaseModel):
    """What the extractor is told, and who said so."""

    model_config = ConfigDict(frozen=True)

    prompt: str
    prompt_source: Literal["global", "per_document", "type"]
    json_schema: JsonObject
    schema_source: Literal["batch", "type"]


def choose(
    strategy: Strategy, *, prompt: str | None, json_schema: JsonObject | None, document_type: DocumentType
) -> Instructions:
    """The instructions for one document.

    `auto` takes prompt and schema of the type, whatever the batch says. The other strategies keep the batch's, and
    the type fills in what is missing. Raises Permanent(MISSING_PROMPT) under `per_document` without a prompt.
    """
    prompt = (prompt or "").strip()
    own_schema = json_schema if strategy is not Strategy.AUTO else None
    if strategy is Strategy.PER_DOCUMENT and not prompt:
        raise Permanent(Category.MISSING_PROMPT, "This file has no prompt, and its batch has one for each file.")
    own_prompt = prompt if strategy is not Strategy.AUTO else ""
    return Instructions(
        prompt=own_prompt or document_type.prompt,
        prompt_source=_source(strategy) if own_prompt else "type",
        json_schema=own_schema or document_type.json_schema,
        schema_source="batch" if own_schema else "type",
    )


def _source(strategy: Strategy) -> Literal["global", "per_document"]:
    return "per_document" if strategy is Strategy.PER_DOCUMENT else "global"
