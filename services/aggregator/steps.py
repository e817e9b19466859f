"""Documents and the entries of their timelines: written together, each entry once, and counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from services.aggregator.document_state import DocumentState
from services.aggregator.news import News
from services.aggregator.statistics import StepKey
from services.aggregator.tables import documents, generations
from services.aggregator.taking_up import Key
from shared.db import Transaction, rows
from shared.many_rows import Row, as_json, writing

_COLUMNS = [field.name for field in fields(DocumentState)]
_KEYS = ("tenant_id", "document_id")
_WRITE = f"""
WITH written AS ({writing(documents, _COLUMNS, take=[name for name in _COLUMNS if name not in _KEYS], parameter=1)}),
opened AS ({writing(generations, ("tenant_id", "batch_id", "generation"), parameter=2)})
INSERT INTO timeline (tenant_id, document_id, event_id, generation, what, stage, attempt, error, at, document_type,
                      needs_review, took, usage)
SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::text[], $9::int[], $10::jsonb[],
                     $11::timestamptz[], $12::text[], $13::boolean[], $14::jsonb[], $15::jsonb[])
ON CONFLICT DO NOTHING RETURNING tenant_id, document_id, event_id
"""  # noqa: S608  # names from code

_OF_DOCUMENTS = """
SELECT tenant_id, document_id, event_id
FROM timeline JOIN unnest($1::uuid[], $2::uuid[]) AS d (tenant_id, document_id) USING (tenant_id, document_id)
"""


async def write_steps(
    tx: Transaction,
    news: Sequence[News],
    *,
    changed: Sequence[Key],
    before: Mapping[Key, DocumentState],
    after: Mapping[Key, DocumentState],
    opened: Sequence[Row],
) -> list[StepKey]:
    """Write the documents that `changed`, the generations `opened`, and what is new in the timelines.

    Returns the entries to be counted now: the new ones of documents whose facts are known, and all of documents whose
    facts became known just now.
    """
    introduced = [key for key, old in before.items() if old.position is None and after[key].position is not None]
    late = await rows(tx, _OF_DOCUMENTS, *_columns(introduced, 2)) if introduced else []
    entries = [_entry(item) for item in news if item.event_id]
    if not (changed or opened or entries):
        return []
    added = await rows(
        tx, _WRITE, as_json([vars(after[key]) for key in changed]), as_json(opened), *_columns(entries, 13)
    )
    known = [row for row in added if after[row.tenant_id, row.document_id].position is not None]
    return [tuple(row) for row in [*late, *known]]


def _columns(values: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [[value[index] for value in values] for index in range(width)]


def _entry(news: News) -> tuple[Any, ...]:
    return (
        news.tenant_id,
        news.document_id,
        news.event_id,
        news.generation,
        news.what,
        news.stage,
        news.error["attempts"] if news.error else None,
        _json(news.error),
        news.at,
        news.document_type,
        news.needs_review,
        _json([took.model_dump(mode="json") for took in news.took]),
        _json(news.usage.model_dump(mode="json") if news.usage else None),
    )


def _json(value: object) -> str | None:
    return orjson.dumps(value).decode() if value else None
