"""The model over HTTP: whether its provider is there, and what it has cost."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.extractor.ledger import Ledger, Standing
from shared.auth import Caller
from shared.db import Database, rows

_USAGE = """
SELECT model, count(DISTINCT document_id)::int AS documents, sum(calls)::int AS calls,
  sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
  CASE WHEN bool_and(cost IS NOT NULL) THEN sum(cost)::float8 END AS cost
FROM model_usage
WHERE ($1::uuid IS NULL OR batch_id = $1) AND ($2::uuid IS NULL OR document_id = $2)
  AND ($3::timestamptz IS NULL OR first_at >= $3) AND ($4::timestamptz IS NULL OR first_at < $4)
GROUP BY model ORDER BY model
"""


class ModelState(BaseModel):
    """`none`: documents are read by rules. `waiting`: it is not reachable, and is tried again at `until`.

    `refusal` says what the provider has against every call, such as a wrong key.
    """

    state: Literal["none", "ready", "throttled", "waiting", "trying"]
    since: datetime | None = None
    until: datetime | None = None
    refusal: str | None = None
    calls_allowed: int = 0
    calls_under_way: int = 0
    calls_waiting: int = 0


class ModelUse(BaseModel):
    """What one model used. `cost` is in US dollars, null where a price is not known."""

    model: str
    documents: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None


class Usages(BaseModel):
    """By model, and the sums; documents that failed count too."""

    models: list[ModelUse]
    input_tokens: int
    output_tokens: int
    cost: float | None


def model_router(*, api_db: Database, ledger: Ledger | None) -> APIRouter:
    routes = APIRouter(prefix="/api/model", tags=["model"])

    @routes.get("")
    async def get_model_state(_caller: Caller) -> ModelState:
        """Whether the model's provider answers, and if not, until when documents wait for it."""
        return _state(await ledger.standing()) if ledger else ModelState(state="none")

    @routes.get("/usage")
    async def get_model_usage(
        caller: Caller,
        batch_id: UUID | None = None,
        document_id: UUID | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Usages:
        """Tokens and cost of the tenant, of a batch or of a document, also of what was deleted since."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return _usages(await rows(tx, _USAGE, batch_id, document_id, start, end))

    return routes


def _state(standing: Standing) -> ModelState:
    return ModelState(
        state=standing.state,
        since=_time(standing.since),
        until=_time(standing.until),
        refusal=standing.refusal,
        calls_allowed=standing.limit,
        calls_under_way=standing.under_way,
        calls_waiting=standing.waiting,
    )


def _usages(found: Any) -> Usages:
    models = [ModelUse.model_validate(dict(row._mapping)) for row in found]  # noqa: SLF001  # SQLAlchemy's documented way
    costs = [model.cost for model in models]
    return Usages(
        models=models,
        input_tokens=sum(model.input_tokens for model in models),
        output_tokens=sum(model.output_tokens for model in models),
        cost=None if None in costs else round(sum(cost for cost in costs if cost is not None), 6),
    )


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
