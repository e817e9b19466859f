"""Reads the fields of a document with a language model on any OpenAI-compatible server."""

from openai import AsyncOpenAI

from services.extractor.prices import Prices, known_prices, priced
from services.extractor.prompts import prompt_version
from services.extractor.reading import ModelReader
from shared.chat import ChatLimits, Dialect
from shared.chat_errors import Truncated
from shared.errors import Category, Permanent
from shared.pages import Pages
from shared.results import JsonObject, Result


async def read_fields(
    pages: Pages,
    *,
    document_type: str,
    prompt: str,
    schema: JsonObject,
    client: AsyncOpenAI,
    model: str,
    limits: ChatLimits | None = None,
    dialect: Dialect | None = None,
    prices: Prices | None = None,
) -> Result:
    """The document's values under `prompt` and `schema`.

    Keep one `dialect` a server. Raises Throttled, Transient or Permanent.
    """
    reader = ModelReader(
        client=client,
        model=model,
        document_type=document_type,
        prompt=prompt,
        schema=schema,
        page_count=len(pages.pages),
        limits=limits or ChatLimits(),
        dialect=dialect or Dialect(),
    )
    try:
        data = await reader.read(pages.pages)
    except Truncated as cut:
        raise Permanent(Category.INVALID_OUTPUT, "The model's answer was cut off.") from cut
    return Result(
        data=data,
        provider="model",
        model=reader.answered_by,
        prompt_version=prompt_version(prompt, schema),
        usage=priced(reader.usage, model=reader.answered_by, prices=known_prices() if prices is None else prices),
    )
