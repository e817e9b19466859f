"""The one budget of a provider over all replicas: a row that each of them updates in turn."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.extractor.concurrency import Decision
from services.extractor.provider import Ended, Granted, Limits, Provider
from shared.db import Database, Transaction, rows, run_sql

_LOCK = """
SELECT state, extract(epoch FROM clock_timestamp())::float8 AS now FROM providers WHERE name = $1 FOR UPDATE
"""
# A replica that was silent for this long has died, and its calls with it.
_OTHERS = """
SELECT coalesce(sum(held), 0)::int AS held, count(*) FILTER (WHERE waiting > 0)::int AS waiting
FROM provider_calls WHERE provider = $1 AND holder <> $2 AND seen > clock_timestamp() - interval '10 s'
"""
_KEEP_CALLS = """
INSERT INTO provider_calls VALUES ($1, $2, $3, $4, clock_timestamp())
ON CONFLICT (provider, holder) DO UPDATE SET held = excluded.held, waiting = excluded.waiting, seen = excluded.seen
"""


class Reply(NamedTuple):
    """What an exchange brought. `now` is the database's clock in seconds; `state` is Provider.state.

    `refusal` is what the provider has against all calls, empty where nothing.
    """

    granted: Granted
    decisions: list[Decision]
    state: str
    limit: int
    now: float
    refusal: str = ""


class Standing(NamedTuple):
    """The state of a provider for people to see. Times are seconds since 1970."""

    state: str
    limit: int
    under_way: int
    waiting: int
    since: float | None
    until: float | None
    refusal: str | None


class Ledger:
    """The budget of one provider, kept in the extractor's database."""

    def __init__(self, db: Database, *, provider: str, limits: Limits) -> None:
        self._db = db
        self._provider = provider
        self._limits = limits

    async def exchange(self, holder: UUID, *, held: int, wanted: Sequence[int], ended: Sequence[Ended]) -> Reply:
        """Tell how calls ended, ask for more: `held` are under way here, `wanted` are the tokens of those waiting.

        Raises what the database raises.
        """
        async with self._db.transaction(durable=False) as tx:
            provider, now = await self._locked(tx)
            decisions = provider.settle(ended, limits=self._limits, now=now)
            (others,) = await rows(tx, _OTHERS, self._provider, holder)
            share = self._share(provider, others.waiting) - held if others.waiting else len(wanted)
            fair = wanted[: max(share, 0)]
            granted = provider.grant(fair, under_way=held + others.held, limits=self._limits, now=now)
            await self._keep(tx, provider)
            waiting = len(wanted) - granted.calls
            await run_sql(tx, _KEEP_CALLS, self._provider, holder, held + granted.calls, waiting)
        state, limit = provider.state(now), provider.concurrency.limit
        return Reply(granted, decisions, state, limit, now, provider.breaker.refusal)

    async def standing(self) -> Standing:
        """How things stand, without taking a lock."""
        async with self._db.transaction() as tx:
            found = await rows(tx, _LOCK.replace("FOR UPDATE", ""), self._provider)
            (calls,) = await rows(
                tx,
                "SELECT coalesce(sum(held), 0)::int AS held, coalesce(sum(waiting), 0)::int AS waiting FROM provider_calls"
                " WHERE provider = $1 AND seen > clock_timestamp() - interval '10 s'",
                self._provider,
            )
        provider = Provider.model_validate(found[0].state) if found else Provider()
        state = provider.state(found[0].now) if found else "ready"
        down = provider.breaker.opened > 0
        until = provider.breaker.until if down else provider.paused_until
        return Standing(
            state=state,
            limit=provider.concurrency.limit,
            under_way=calls.held,
            waiting=calls.waiting,
            since=provider.breaker.since if down else None,
            until=None if state == "ready" else until,
            refusal=provider.breaker.refusal or None,
        )

    def _share(self, provider: Provider, others: int) -> int:
        """What a replica may hold while others wait too."""
        return -(-min(provider.concurrency.limit, self._limits.most_calls) // (others + 1))

    async def _locked(self, tx: Transaction) -> tuple[Provider, float]:
        found = await rows(tx, _LOCK, self._provider)
        if not found:
            await run_sql(
                tx, "INSERT INTO providers VALUES ($1, '{}'::jsonb) ON CONFLICT (name) DO NOTHING", self._provider
            )
            found = await rows(tx, _LOCK, self._provider)
        return Provider.model_validate(found[0].state), found[0].now

    async def _keep(self, tx: Transaction, provider: Provider) -> None:
        await run_sql(
            tx,
            "UPDATE providers SET state = $2::jsonb, updated_at = clock_timestamp() WHERE name = $1",
            self._provider,
            provider.model_dump_json(),
        )
