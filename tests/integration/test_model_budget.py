"""One budget over all replicas, on a real database: what a provider sees when it is slow to serve, or gone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from services.extractor.breaker import TRIP
from services.extractor.concurrency import Concurrency
from services.extractor.gate import AGAIN, Gate
from services.extractor.ledger import Ledger
from services.extractor.provider import Ended, Limits
from shared.chat import Answer
from shared.db import Database, run_sql
from shared.errors import Category, Refused, Throttled, Transient

TOKENS = 100


class Server:
    """Counts what is under way, and what comes at all."""

    def __init__(self, capacity: int = 1000, *, latency: float = 0.01) -> None:
        self.capacity, self.latency = capacity, latency
        self.under_way = self.calls = self.throttled = 0
        self.down = False

    async def ask(self) -> Answer:
        self.calls += 1
        if self.down:
            raise Transient(Category.PROVIDER_UNAVAILABLE, "down")
        if self.under_way >= self.capacity:
            self.throttled += 1
            raise Throttled(Category.PROVIDER_UNAVAILABLE, "wait", retry_after=0.05)
        self.under_way += 1
        try:
            await asyncio.sleep(self.latency)
        finally:
            self.under_way -= 1
        return Answer(text="{}", model="m")


@asynccontextmanager
async def replicas(db: Database, count: int, limits: Limits | None = None) -> AsyncIterator[list[Gate]]:
    ledger = Ledger(db, provider="test m", limits=limits or Limits())
    gates = [Gate(ledger, opened=lambda: None) for _ in range(count)]
    running = [asyncio.create_task(gate.run()) for gate in gates]
    yield gates
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def all_through(gates: list[Gate], ask: Callable[[], Awaitable[Answer]], count: int) -> list[object]:
    calls = (gates[number % len(gates)].through(ask, tokens=TOKENS) for number in range(count))
    return list(await asyncio.gather(*calls, return_exceptions=True))


async def test_replicas_together_stay_within_what_the_operator_allows(extractor_db: Database):
    server, most = Server(), 0

    async def ask() -> Answer:
        nonlocal most
        answer = await server.ask()
        most = max(most, server.under_way + 1)
        return answer

    async with replicas(extractor_db, 3, Limits(most_calls=6)) as gates:
        answers = await all_through(gates, ask, 120)

    assert all(isinstance(answer, Answer) for answer in answers)
    assert 2 <= most <= 6


async def test_a_storm_of_429_loses_no_call_and_makes_no_herd(extractor_db: Database):
    server = Server(capacity=3)
    async with replicas(extractor_db, 2) as gates:
        answers = await all_through(gates, server.ask, 150)

    assert all(isinstance(answer, Answer) for answer in answers)
    assert server.throttled < 40


async def test_a_provider_that_is_gone_is_called_twenty_times_at_most_and_then_waited_for(extractor_db: Database):
    server = Server()
    server.down = True
    async with replicas(extractor_db, 2) as gates:
        answers = await all_through(gates, server.ask, 60)
        standing = await gates[0]._ledger.standing()

    assert {type(answer) for answer in answers} == {Throttled}
    assert TRIP <= server.calls <= 20
    assert (standing.state, standing.until is not None) == ("waiting", True)
    assert gates[0].room(0) == 0


async def test_a_refused_key_costs_the_first_calls_only_and_every_document_waits(extractor_db: Database):
    calls = 0

    async def ask() -> Answer:
        nonlocal calls
        calls += 1
        raise Refused(Category.PROVIDER_REJECTED, "The model server answered 401. Check the API key.", retry_after=30)

    async with replicas(extractor_db, 1) as gates:
        answers = await all_through(gates, ask, 40)
        standing = await gates[0]._ledger.standing()

    assert all(isinstance(answer, Throttled) and "Check the API key" in answer.message for answer in answers)
    assert calls <= Concurrency().limit
    assert (standing.state, standing.refusal) == ("waiting", "The model server answered 401. Check the API key.")


async def test_after_an_outage_calls_come_back_one_by_one(extractor_db: Database):
    server = Server()
    server.down = True
    ledger = Ledger(extractor_db, provider="test m", limits=Limits())
    async with replicas(extractor_db, 1) as gates:
        await all_through(gates, server.ask, 20)
        server.down, server.calls = False, 0
        async with extractor_db.transaction() as tx:
            await run_sql(tx, "UPDATE providers SET state = jsonb_set(state, '{breaker,until}', '0')")
        await gates[0].through(server.ask, tokens=TOKENS)
        while (await ledger.standing()).state != "ready":
            await asyncio.sleep(0.01)

    assert server.calls == 1


async def test_a_call_that_fails_now_and_then_is_made_again(extractor_db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.extractor.gate.AGAIN", (0.01,) * len(AGAIN))
    server = Server()

    async def ask() -> Answer:
        server.down = not server.down
        return await server.ask()

    async with replicas(extractor_db, 1, Limits(most_calls=1)) as gates:
        assert isinstance(await gates[0].through(ask, tokens=TOKENS), Answer)

    assert server.calls == 2


async def test_the_calls_of_a_replica_that_died_are_given_back(extractor_db: Database):
    ledger = Ledger(extractor_db, provider="test m", limits=Limits(most_calls=4))
    dead, alive = Gate(ledger, opened=lambda: None), Gate(ledger, opened=lambda: None)
    assert (await ledger.exchange(dead._holder, held=0, wanted=[TOKENS] * 9, ended=[])).granted.calls == 4
    assert (await ledger.exchange(alive._holder, held=0, wanted=[TOKENS], ended=[])).granted.calls == 0

    async with extractor_db.transaction() as tx:
        await run_sql(tx, "UPDATE provider_calls SET seen = seen - interval '1 minute' WHERE held > 0")

    assert (await ledger.exchange(alive._holder, held=0, wanted=[TOKENS], ended=[])).granted.calls == 1


async def test_a_call_that_is_given_up_frees_its_place(extractor_db: Database):
    server = Server(latency=100)
    async with replicas(extractor_db, 1, Limits(most_calls=1)) as gates:
        stuck = asyncio.create_task(gates[0].through(server.ask, tokens=TOKENS))
        while not server.under_way:
            await asyncio.sleep(0.01)
        stuck.cancel()
        server.latency = 0
        async with asyncio.timeout(10):
            await gates[0].through(server.ask, tokens=TOKENS)

    assert server.calls == 2


async def test_what_a_call_really_took_is_settled(extractor_db: Database):
    ledger = Ledger(extractor_db, provider="test m", limits=Limits(tokens_per_minute=6000))
    gate = Gate(ledger, opened=lambda: None)
    first = await ledger.exchange(gate._holder, held=0, wanted=[TOKENS], ended=[])
    used = Ended("ok", first.now, tokens=5000)

    again = await ledger.exchange(gate._holder, held=0, wanted=[TOKENS], ended=[used])

    assert again.granted.calls == 0
    assert again.granted.wait > 30
