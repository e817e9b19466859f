"""Who reads the fields: the local extractor, or a model on an OpenAI-compatible server."""

import asyncio
from collections.abc import Awaitable, Callable

from services.extractor.checks import with_value_rules
from services.extractor.local.reader import read_fields as read_by_rules
from services.extractor.memory import Memory
from services.extractor.model import read_fields as read_by_model
from services.extractor.reading import Through
from shared.chat import Client, Dialect
from shared.events import DocumentClassified
from shared.pages import Pages
from shared.results import Result

FieldReader = Callable[[Pages, DocumentClassified], Awaitable[Result]]


async def read_locally(pages: Pages, document: DocumentClassified) -> Result:
    """Read by rules, in a thread. A type's default prompt describes its schema and asks for nothing beyond it."""
    result = await asyncio.to_thread(
        read_by_rules,
        pages,
        document_type=document.document_type,
        prompt="" if document.prompt_source == "type" else document.prompt,
        schema=document.json_schema,
    )
    return with_value_rules(result)


def model_reader(
    client: Client, model: str, *, memory_of: Callable[[DocumentClassified], Memory], through: Through
) -> FieldReader:
    """Read by a model. What the server can do is found out once and remembered."""
    dialect = Dialect()

    async def read(pages: Pages, document: DocumentClassified) -> Result:
        return await read_by_model(
            pages,
            document_type=document.document_type,
            prompt=document.prompt,
            schema=document.json_schema,
            client=client,
            model=model,
            dialect=dialect,
            memory=memory_of(document),
            through=through,
            # A prompt of the user's own may ask for more than the type's schema has room for.
            further=document.schema_source == "type" and document.prompt_source != "type",
        )

    return read
