"""The entries of documents' timelines: written once each, and counted once each."""

from collections.abc import Sequence
from typing import Any

import orjson

from services.aggregator.document_state import DocumentState
from services.aggregator.news import News
from services.aggregator.statistics import StepKey
from shared.db import Transaction, rows

_ADD = """
INSERT INTO timeline (tenant_id, document_id, event_id, generation, what, stage, attempt, error, at, document_type,
                      needs_review, took, usage)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::jsonb[],
                     $9::timestamptz[], $10::text[], $11::boolean[], $12::jsonb[], $13::jsonb[])
ON CONFLICT DO NOTHING RETURNING tenant_id, document_id, event_id
"""

_OF_DOCUMENTS = """
SELECT tenant_id, document_id, event_id
FROM timeline JOIN unnest($1::uuid[], $2::uuid[]) AS d (tenant_id, document_id) USING (tenant_id, document_id)
"""


async def write_steps(
    tx: Transaction,
    news: Sequence[News],
    *,
    before: dict[Any, DocumentState],
    after: dict[Any, DocumentState],
) -> list[StepKey]:
    """Add what is new to the timelines. Returns the entries to be counted now.

    These are the new ones of documents whose facts are known, and all of documents whose facts became known just now.
    """
    introduced = [key for key, old in before.items() if old.position is None and after[key].position is not None]
    late = await rows(tx, _OF_DOCUMENTS, *_columns(introduced, 2)) if introduced else []
    entries = [_entry(item) for item in news if item.event_id]
    added = await rows(tx, _ADD, *_columns(entries, 13)) if entries else []
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
