"""A model that takes 20 to 200 ms for an answer, and misbehaves when told so."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from tests.fake_model import FakeModel, Fault, Json, Truth, always, fails, serving

QUICK = (0.02, 0.2)  # seconds an answer takes
ANSWER: Json = {"number": "2026-1", "total": "12.50"}
SCHEMA = (
    '{"type": "object", "properties": {"number": {"type": ["string", "null"]}, "total": {"type": ["string", "null"]}}}'
)


@dataclass
class StubModel(FakeModel):
    """`mischief` decides for each call; None is an honest answer. What holds `hated` always fails. `spoiled` counts both."""

    truth: Truth = field(default_factory=lambda: always(ANSWER))
    mischief: Callable[[], Fault | None] = lambda: None
    hated: bytes = b""
    spoiled: int = 0
    seconds: tuple[float, float] = QUICK

    def behave(self) -> None:
        """Be quick and honest again."""
        self.mischief, self.hated, self.seconds = lambda: None, b"", QUICK

    async def _complete(self, request: Request) -> Response:
        await asyncio.sleep(random.uniform(*self.seconds))
        try:
            hated = self.hated and self.hated in await request.body()
            if fault := fails(500) if hated else self.mischief():
                self.faults.append(fault)
                self.spoiled += 1
            return await super()._complete(request)
        except ClientDisconnect:  # the worker that asked has died
            return Response()


@asynccontextmanager
async def answering(model: StubModel) -> AsyncIterator[StubModel]:
    async with serving(model):
        yield model
