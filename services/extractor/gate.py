"""Every call to the model passes here: under the budget of all replicas, and again when the provider was at fault."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

import structlog
from sqlalchemy.exc import DBAPIError

from services.extractor.ledger import Ledger, Reply
from services.extractor.provider import Ended
from shared.chat import Answer
from shared.errors import Category, Permanent, Refused, Throttled, Transient, Truncated
from shared.metrics import PROVIDER_DECISIONS, PROVIDER_LIMIT, PROVIDER_STATE

log = structlog.get_logger()

Ask = Callable[[], Awaitable[Answer]]

AGAIN = (0.5, 1.5, 4.0)  # seconds before a call that failed is made again, jittered
PATIENCE = 60.0  # seconds: a document that would wait longer gives up its place in the worker
_PULSE = 3.0  # seconds between signs of life while calls are under way
_PAUSE_AFTER_FAILURE = 1.0


@dataclass(eq=False)
class _Waiter:
    tokens: int
    granted: asyncio.Future[float] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gate:
    """Lets calls through as the ledger grants them. `run` must be running; `opened` is rung when there is room again."""

    def __init__(self, ledger: Ledger, *, opened: Callable[[], None]) -> None:
        self._ledger = ledger
        self._opened = opened
        self._holder = uuid4()
        self._waiting: deque[_Waiter] = deque()
        self._ended: list[Ended] = []
        self._held = 0
        self._news = asyncio.Event()
        self._reply: Reply | None = None
        self._closed_until = 0.0  # by time.monotonic

    async def through(self, ask: Ask, *, tokens: int) -> Answer:
        """The answer of `ask`, which is asked again when the provider was at fault. `tokens`: what it may take.

        Raises Throttled while the provider is down or makes us wait long, and what `ask` raises.
        """
        for pause in (*AGAIN, None):
            try:
                return await self._patiently(ask, tokens)
            except Transient:
                if pause is None:
                    raise
                await asyncio.sleep(pause * random.uniform(1, 1.5))  # noqa: S311  # spreads calls, hides nothing
        raise AssertionError

    def room(self, running: int) -> int:
        """How many more documents it makes sense to begin beside those running."""
        if self._waiting or time.monotonic() < self._closed_until:
            return 0
        limit = self._reply.limit if self._reply and self._reply.state == "ready" else 1
        return max(limit - running, 1)

    async def run(self) -> None:
        """Trade with the ledger until cancelled."""
        while True:
            wait = await self._trade()
            with_something = self._waiting or self._held
            try:
                async with asyncio.timeout(min(wait, _PULSE) if with_something else None):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()

    async def _patiently(self, ask: Ask, tokens: int) -> Answer:
        """Make one call that the provider does not put off."""
        while True:
            ended = Ended("dropped", await self._permit(tokens))
            try:
                answer = await ask()
            except Refused as refused:
                ended = ended._replace(kind="refused", why=refused.message)
                raise
            except Throttled as asked:
                ended = ended._replace(kind="throttled", wait=asked.retry_after)
                if asked.retry_after > PATIENCE:
                    raise
            except (Truncated, Permanent):
                ended = ended._replace(kind="ok")
                raise
            except Transient:
                ended = ended._replace(kind="failed")
                raise
            else:
                ended = ended._replace(
                    kind="ok", tokens=answer.usage.input_tokens + answer.usage.output_tokens - tokens
                )
                return answer
            finally:
                self._end(ended)
            await asyncio.sleep(ended.wait)

    async def _permit(self, tokens: int) -> float:
        """Wait for a permit; returns when it was granted."""
        waiter = _Waiter(tokens)
        self._waiting.append(waiter)
        self._news.set()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if waiter.granted.done() and not waiter.granted.cancelled() and not waiter.granted.exception():
                self._end(Ended("dropped", waiter.granted.result()))
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _end(self, ended: Ended) -> None:
        self._held -= 1
        self._ended.append(ended)
        self._news.set()

    async def _trade(self) -> float:
        """One exchange; returns the seconds until another one makes sense."""
        if not (self._waiting or self._ended or self._held):
            return _PULSE
        ended, self._ended = self._ended, []
        try:
            reply = await self._ledger.exchange(
                self._holder, held=self._held, wanted=[waiter.tokens for waiter in self._waiting], ended=ended
            )
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("budget_not_reached", error=type(error).__name__)
            self._ended = ended + self._ended
            await asyncio.sleep(_PAUSE_AFTER_FAILURE)
            return 0.0
        self._take(reply)
        return reply.granted.wait

    def _take(self, reply: Reply) -> None:
        had_room = self.room(0) > 0
        for decision in reply.decisions:
            PROVIDER_DECISIONS.labels(decision).inc()
            log.info("provider_decision", decision=str(decision), limit=reply.limit, refusal=reply.refusal or None)
        PROVIDER_LIMIT.set(reply.limit)
        for state in ("ready", "throttled", "waiting", "trying"):
            PROVIDER_STATE.labels(state).set(state == reply.state)
        self._reply = reply
        self._grant(reply.granted.calls, reply.now)
        if reply.state == "waiting" or reply.granted.wait > PATIENCE:
            self._turn_away(reply)
        if self.room(0) > 0 and (reply.decisions or not had_room):
            self._opened()

    def _grant(self, calls: int, now: float) -> None:
        for _ in range(calls):
            self._held += 1  # also where nobody waits any more: it is handed back at once
            while self._waiting and self._waiting[0].granted.done():
                self._waiting.popleft()
            if self._waiting:
                self._waiting.popleft().granted.set_result(now)
            else:
                self._end(Ended("dropped", now))

    def _turn_away(self, reply: Reply) -> None:
        wait = reply.granted.wait
        self._closed_until = time.monotonic() + wait
        asyncio.get_running_loop().call_later(wait, self._opened)
        unreachable = "is not reachable at the moment" if reply.state == "waiting" else "asks to wait"
        why = reply.refusal or f"The model's provider {unreachable}."
        category = Category.PROVIDER_REJECTED if reply.refusal else Category.PROVIDER_UNAVAILABLE
        problem = Throttled(category, f"{why} The document waits for it.", retry_after=max(wait, 1.0))
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.granted.done():
                waiter.granted.set_exception(problem)
