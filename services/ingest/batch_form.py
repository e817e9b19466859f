"""What a batch asks for, read and checked from the fields of its form."""

from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from services.ingest.form import ReceivedFile
from shared.events import ExportWish
from shared.http import ApiError
from shared.results import JsonObject
from shared.vocabulary import Priority, Strategy

MAX_PROMPT = 8_000
_JSON_FIELDS = ("prompts", "json_schema", "metadata", "export", "custom_ids", "document_ids")
# Tells files apart that the form names by position from those it names by file name.
ByFile = dict[str, str] | list[str | None]


class BatchForm(BaseModel):
    """The fields of `POST /api/batches`, beside its files.

    `prompts` and `custom_ids` are objects by file name, or arrays by position where names repeat.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=2_000)
    strategy: Strategy = Strategy.GLOBAL
    prompt: str | None = Field(default=None, max_length=MAX_PROMPT)
    prompts: ByFile = Field(default_factory=dict)
    json_schema: JsonObject | None = None
    priority: Priority = Priority.NORMAL
    export: ExportWish | None = None
    metadata: JsonObject = Field(default_factory=dict)
    custom_ids: ByFile = Field(default_factory=dict)

    @field_validator("prompts")
    @classmethod
    def _prompts_are_short(cls, prompts: ByFile) -> ByFile:
        texts = prompts.values() if isinstance(prompts, dict) else prompts
        if any(len(text or "") > MAX_PROMPT for text in texts):
            raise ValueError(f"a prompt may have {MAX_PROMPT} characters")
        return prompts

    @model_validator(mode="after")
    def _schema_is_an_object(self) -> "BatchForm":
        check_schema(self.json_schema)
        return self

    def prompt_for(self, file: ReceivedFile, position: int) -> str | None:
        """The file's own prompt under `per_document`; else the one for all."""
        if self.strategy is Strategy.PER_DOCUMENT:
            return _by_file(self.prompts, file, position)
        return self.prompt

    def custom_id_for(self, file: ReceivedFile, position: int) -> str | None:
        return _by_file(self.custom_ids, file, position)


class SubmittedForm(BatchForm):
    """A form with documents that were handed in before; their positions follow those of its files."""

    document_ids: tuple[UUID, ...] = ()


def check_schema(schema: JsonObject | None) -> JsonObject | None:
    """Raises ValueError for a schema that describes no object."""
    if schema is not None and schema.get("type") != "object":
        raise ValueError('json_schema must describe an object: {"type": "object", "properties": …}')
    return schema


def read_batch_form(fields: dict[str, str]) -> SubmittedForm:
    """Raises ApiError 422 that names the field and what is wrong with it."""
    values: dict[str, Any] = {name: value for name, value in fields.items() if value != ""}
    for name in _JSON_FIELDS:
        if name in values:
            try:
                values[name] = orjson.loads(values[name])
            except orjson.JSONDecodeError as error:
                raise ApiError(422, "invalid_request", f"{name}: not valid JSON.") from error
    try:
        return SubmittedForm.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ApiError(422, "invalid_request", f"{where}: {first['msg']}".removeprefix(": ")) from error


def _by_file(values: ByFile, file: ReceivedFile, position: int) -> str | None:
    if isinstance(values, dict):
        return values.get(file.name)
    return values[position] if position < len(values) else None
