"""The local extractor: reads the fields a schema and a prompt ask for, without any model."""

import hashlib

import orjson

from services.extractor.local.checks import checked, needs_review
from services.extractor.local.document import Document
from services.extractor.local.filling import fill
from services.extractor.local.plan import plan_of
from services.extractor.local.prompt import wish_of
from shared.pages import Pages
from shared.results import JsonObject, Result

MODEL = "ingestio-local-1"


def read_fields(pages: Pages, *, document_type: str, prompt: str, schema: JsonObject) -> Result:
    """Read a document by rules. Values without support are null and marked, never invented.

    `data` follows the property names of the schema, or the type's own fields when it has none. Pure and without
    input or output; takes milliseconds a page.
    """
    plan = plan_of(document_type=document_type, wish=wish_of(prompt), schema=schema)
    document = Document(pages, document_type)
    filled = fill(document, plan.properties, plan.left_out)
    warnings = [*filled.warnings, *checked(filled, document, plan)]
    return Result(
        data=filled.data,
        fields=filled.fields,
        rows=filled.rows,
        warnings=tuple(warnings),
        needs_review=needs_review(warnings, plan),
        provider="local",
        model=MODEL,
        prompt_version=prompt_version(prompt, schema),
    )


def prompt_version(prompt: str, schema: JsonObject) -> str:
    """A short name of prompt and schema: another one means the document was asked something else."""
    question = orjson.dumps([prompt, schema], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(question).hexdigest()[:12]
