"""Reads the fields of a document with a language model on any OpenAI-compatible server."""

import asyncio

from services.extractor.grounding import ground
from services.extractor.hostile_text import hostile_warnings
from services.extractor.lookup import Lookup
from services.extractor.memory import Memory, ShortMemory
from services.extractor.merging import Merged, Part, merge
from services.extractor.page_index import PageIndex
from services.extractor.parallel import read_all
from services.extractor.prices import Prices, known_prices
from services.extractor.prompts import prompt_version
from services.extractor.reading import ModelReader, Through, at_once
from services.extractor.request_schema import folded, with_further_values
from services.extractor.review import Review, review
from services.extractor.row_alignment import anchors_of
from services.extractor.row_checks import list_warnings
from services.extractor.row_count import rows_by_page
from services.extractor.windows import WindowLimits, cut
from shared.chat import ChatLimits, Client, Dialect
from shared.pages import Pages
from shared.results import JsonObject, Result


class ReadLimits(ChatLimits):
    """Bounds of one answer, and how much of a document is asked about at once."""

    window: WindowLimits = WindowLimits()
    windows_at_once: int = 4


async def read_fields(
    pages: Pages,
    *,
    document_type: str,
    prompt: str,
    schema: JsonObject,
    client: Client,
    model: str,
    limits: ReadLimits | None = None,
    dialect: Dialect | None = None,
    prices: Prices | None = None,
    memory: Memory | None = None,
    through: Through = at_once,
    further: bool = False,
) -> Result:
    """The document's values under `prompt` and `schema`, each looked up again on the pages.

    With `further`, the prompt may ask for values that the schema does not have: right where the schema is only the
    default of the document's type.
    Keep one `dialect` a server. Raises Throttled, Transient or Permanent; answers until then stay in the `memory`.
    """
    limits = limits or ReadLimits()
    memory = memory or ShortMemory(known_prices() if prices is None else prices)
    reader = ModelReader(
        client=client,
        model=model,
        document_type=document_type,
        prompt=prompt,
        schema=with_further_values(schema) if further else schema,
        page_count=len(pages.pages),
        limits=limits,
        dialect=dialect or Dialect(),
        memory=memory,
        through=through,
    )
    rows = rows_by_page(pages)
    windows = cut(pages.pages, rows=rows, limits=limits.window)
    parts = await read_all(windows, reader.read, at_once=limits.windows_at_once)
    # Thousands of rows take seconds to look up: meanwhile the event loop renews leases.
    merged, checked = await asyncio.to_thread(_understand, parts, pages, schema, sum(rows))
    return Result(
        data=merged.data,
        **checked._asdict(),
        provider="model",
        model=reader.answered_by,
        prompt_version=prompt_version(prompt, schema),
        usage=await memory.total(),
    )


def _understand(parts: list[Part], pages: Pages, schema: JsonObject, rows_expected: int) -> tuple[Merged, Review]:
    """What the parts say together, and how far the pages support it."""
    lookup = Lookup(PageIndex(pages))
    merged = merge(parts, lookup)
    merged = merged._replace(data=folded(merged.data))
    anchors = anchors_of(merged.data, lookup)
    evidence = ground(merged.data, pages, lookup=lookup, anchors=anchors)
    seen = list(hostile_warnings(pages))
    for name, rows in anchors.items():
        seen += list_warnings(name, merged.data[name], rows, lookup)
    checked = review(
        merged.data, evidence, schema=schema, rows_expected=rows_expected, disputed=merged.disputed, seen=seen
    )
    return merged, checked
