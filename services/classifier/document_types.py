"""The document types that come with the product: what each is called, asked for, shaped like and recognised by."""

from functools import cache
from importlib import resources
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from shared.results import JsonObject
from shared.vocabulary import Priority

OTHER = "other"


class DocumentType(BaseModel):
    """A kind of document. Built-in ones are files in `types/`, a tenant's own come from the database.

    `keywords` are wordings that speak for the type, in any language, each with its weight: about 1 for a hint,
    5 for a title that leaves no doubt. Accents, case and spaces do not matter.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    title: str
    priority: Priority = Priority.NORMAL
    prompt: str
    json_schema: JsonObject
    keywords: dict[str, float] = Field(default_factory=dict)


@cache
def built_in() -> MappingProxyType[str, DocumentType]:
    """All built-in types by code, read once."""
    files = sorted((resources.files(__package__) / "types").iterdir(), key=lambda file: file.name)
    types = (DocumentType.model_validate_json(file.read_bytes()) for file in files if file.name.endswith(".json"))
    return MappingProxyType({document_type.code: document_type for document_type in types})
