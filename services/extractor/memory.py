"""What was already asked about a document: answers to its windows, and the tokens they took, kept until it is done."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol

import orjson
from sqlalchemy.exc import DBAPIError

from services.extractor.prices import Prices, priced
from shared.db import Database, Transaction, rows, run_sql
from shared.errors import Category, Transient
from shared.events import DocumentClassified
from shared.maintenance import repeat
from shared.metrics import MODEL_COST
from shared.results import JsonObject, Usage

KEPT = timedelta(days=1)
_FORGET_EVERY_SECONDS = 3600.0

_USED = """
INSERT INTO model_usage AS u (tenant_id, batch_id, document_id, generation, model, calls, input_tokens, output_tokens, cost)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8::float8)
ON CONFLICT (tenant_id, document_id, generation, model) DO UPDATE SET calls = u.calls + 1,
  input_tokens = u.input_tokens + excluded.input_tokens, output_tokens = u.output_tokens + excluded.output_tokens,
  cost = u.cost + excluded.cost
"""
_TOTAL = """
SELECT coalesce(sum(input_tokens), 0)::bigint AS input, coalesce(sum(output_tokens), 0)::bigint AS output,
  CASE WHEN bool_and(cost IS NOT NULL) THEN sum(cost)::float8 WHEN count(*) = 0 THEN 0 END AS cost
FROM model_usage WHERE tenant_id = $1 AND document_id = $2 AND generation = $3
"""


class Memory(Protocol):
    """What a reader remembers of one document."""

    async def find(self, question: str) -> JsonObject | None: ...

    async def keep(self, question: str, answer: JsonObject) -> None: ...

    async def add(self, usage: Usage, *, model: str) -> None: ...

    async def total(self) -> Usage: ...


class StoredMemory:
    """In the extractor's database, so that neither a crash nor another replica asks the same again.

    Every method raises Transient while the database is away.
    """

    def __init__(self, db: Database, document: DocumentClassified, *, prices: Prices) -> None:
        self._db = db
        self._document = document
        self._prices = prices

    async def find(self, question: str) -> JsonObject | None:
        """The answer to a question of the same tenant."""
        async with _reaching(self._db) as tx:
            found = await rows(
                tx,
                "SELECT answer FROM window_answers WHERE tenant_id = $1 AND question = $2",
                self._document.tenant_id,
                question,
            )
        return found[0].answer if found else None

    async def keep(self, question: str, answer: JsonObject) -> None:
        """For a day; the first answer to a question stays."""
        async with _reaching(self._db) as tx:
            await run_sql(
                tx,
                "INSERT INTO window_answers (tenant_id, question, batch_id, answer) VALUES ($1, $2, $3, $4::jsonb)"
                " ON CONFLICT (tenant_id, question) DO NOTHING",
                self._document.tenant_id,
                question,
                self._document.batch_id,
                orjson.dumps(answer).decode(),
            )

    async def add(self, usage: Usage, *, model: str) -> None:
        """Count one call."""
        usage = priced(usage, model=model, prices=self._prices)
        MODEL_COST.labels(model).inc(usage.cost or 0)
        document = self._document
        async with _reaching(self._db) as tx:
            await run_sql(
                tx,
                _USED,
                *(document.tenant_id, document.batch_id, document.document_id, document.generation, model),
                *(usage.input_tokens, usage.output_tokens, usage.cost),
            )

    async def total(self) -> Usage:
        """What all calls for the document in this generation took, those of earlier attempts too."""
        document = self._document
        async with _reaching(self._db) as tx:
            (sums,) = await rows(tx, _TOTAL, document.tenant_id, document.document_id, document.generation)
        cost = None if sums.cost is None else round(sums.cost, 6)
        return Usage(input_tokens=sums.input, output_tokens=sums.output, cost=cost)


class ShortMemory:
    """Of one reading, in the process: for where there is no database."""

    def __init__(self, prices: Prices) -> None:
        self._answers: dict[str, JsonObject] = {}
        self._used = Usage()
        self._prices = prices

    async def find(self, question: str) -> JsonObject | None:
        return self._answers.get(question)

    async def keep(self, question: str, answer: JsonObject) -> None:
        self._answers[question] = answer

    async def add(self, usage: Usage, *, model: str) -> None:
        usage, used = priced(usage, model=model, prices=self._prices), self._used
        self._used = Usage(
            input_tokens=used.input_tokens + usage.input_tokens,
            output_tokens=used.output_tokens + usage.output_tokens,
            cost=None if used.cost is None or usage.cost is None else round(used.cost + usage.cost, 6),
        )

    async def total(self) -> Usage:
        return self._used


def fingerprint(*parts: object) -> str:
    """A short name of a question: the same parts give the same, whatever the order of keys."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def keep_forgetting(db: Database) -> None:
    """Remove answers whose documents are long done, every hour, until cancelled."""

    async def forget() -> None:
        async with db.transaction() as tx:
            await run_sql(tx, "DELETE FROM window_answers WHERE created_at < now() - $1::interval", KEPT)

    await repeat("forget_answers", forget, seconds=_FORGET_EVERY_SECONDS, at_once=True)


@asynccontextmanager
async def _reaching(db: Database) -> AsyncIterator[Transaction]:
    try:
        async with db.transaction() as tx:
            yield tx
    except (DBAPIError, OSError, TimeoutError) as error:
        raise Transient(Category.INTERNAL, "The database did not answer.") from error
