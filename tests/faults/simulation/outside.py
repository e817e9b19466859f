"""Those whom the system works with and cannot trust: the files, the model that reads them, the receivers of webhooks."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from services.ingest.inspection import Inspection
from services.notifier.sending import Answer, SendError
from shared.errors import Category, Permanent, Throttled, Transient
from shared.events import DocumentClassified
from shared.pages import Page, Pages, Word
from shared.results import Result
from tests.faults.simulation.plan import PROCESS, Plan

_WORDS = ("INVOICE", "Invoice", "no:", "Total:", "12.50", "EUR")
_HANGS_SECONDS = 40.0


def a_file(pages: int, number: int) -> bytes:
    """A file of so many pages, like no other; of -1 pages for one that cannot be opened."""
    return b"%%PDF-simulated %d %d" % (pages, number)


class Inspector:
    """Stands in for ingest's sandbox: reads what `a_file` wrote."""

    async def run(self, _request: Any, *, file: Path) -> bytes:
        pages = int((await asyncio.to_thread(file.read_bytes)).split()[1])
        if pages < 0:
            return b'{"refused": "unreadable", "message": "It does not open."}'
        layer = Pages(pages=tuple(_page(number) for number in range(1, pages + 1)))
        return Inspection(media_type="application/pdf", pages=pages, layer=layer).model_dump_json().encode()

    async def close(self) -> None:
        """Nothing runs."""


def _page(number: int) -> Page:
    words = [Word(text=text, x0=0.1 * i, y0=0.1, x1=0.1 * i + 0.08, y1=0.12) for i, text in enumerate(_WORDS)]
    return Page(number=number, width=595, height=842, source="text", words=tuple(words))


@dataclass
class Model:
    """Reads documents; each reading says something else, so that two results are told apart."""

    plan: Plan
    tried: Counter[tuple[UUID, int]] = field(default_factory=Counter)
    readings: int = 0

    async def read(self, _pages: Pages, document: DocumentClassified) -> Result:
        """`tried` counts the calls that came to an end other than being throttled."""
        pair = document.document_id, document.generation
        process = PROCESS.get()
        assert process
        await process.step("read")
        await asyncio.sleep(self.plan.latency() * 20)
        if self.plan.strikes("model throttles"):
            raise Throttled(Category.PROVIDER_UNAVAILABLE, "Slow down.", retry_after=self.plan.dice.uniform(0.5, 8))
        self.tried[pair] += 1
        if "model never answers" in self.plan.on and document.document_id.int % 3 == 0:
            self.plan.struck["model never answers"] += 1
            raise Transient(Category.PROVIDER_UNAVAILABLE, "No answer, ever.")
        self._may_fail()
        if self.plan.strikes("document kills its reader"):
            process.kill()  # type: ignore[attr-defined]  # a Process
            raise asyncio.CancelledError
        if self.plan.strikes("model hangs"):
            await asyncio.sleep(_HANGS_SECONDS)
        self.readings += 1
        return Result(
            data={"total": self.readings, "document": str(document.document_id)},
            provider="local",
            model="simulated",
            prompt_version="1",
        )

    def _may_fail(self) -> None:
        if self.plan.strikes("model fails"):
            raise Transient(Category.PROVIDER_UNAVAILABLE, "No answer.")
        if self.plan.strikes("model refuses"):
            raise Permanent(Category.PROVIDER_REJECTED, "No.")
        if self.plan.strikes("model raises"):
            raise ZeroDivisionError


@dataclass(frozen=True)
class Received:
    """One webhook as its receiver saw it."""

    at: float
    tenant_id: UUID
    webhook_id: str
    body: bytes


@dataclass
class Receivers:
    """All receivers of webhooks; the host of a URL is the tenant's id."""

    plan: Plan
    received: list[Received] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)  # the second attempt succeeds: the third would come after five minutes

    def __call__(self, _guard: Any) -> "Receivers":
        """In the place of the class Sender."""
        return self

    async def post(self, text: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        await self.plan.step("webhook")
        await asyncio.sleep(self.plan.latency() * 5)
        first = headers["webhook-id"] not in self.tried
        self.tried.add(headers["webhook-id"])
        if first and self.plan.strikes("receiver fails"):
            return Answer(503, "no")
        tenant_id = UUID(text.removeprefix("https://").partition(".")[0])
        now = asyncio.get_running_loop().time()
        self.received.append(Received(now, tenant_id, headers["webhook-id"], body))
        await self.plan.step("webhook received")
        if first and self.plan.strikes("receiver's answer lost"):
            _lost()
        return Answer(200, "")


def _lost() -> NoReturn:
    raise SendError("timeout", "No answer.")
