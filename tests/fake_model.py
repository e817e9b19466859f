"""A model server that is honest or misbehaves on demand: a real one over HTTP, in the shape of OpenAI's API."""

import asyncio
import json
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from openai import AsyncOpenAI

Json = dict[str, Any]
Truth = Callable[[Json], Json]
"""Given the request's body, the honest answer."""
Fault = Callable[[Json, Json], Response]
"""Given the request's body and the honest answer, what is sent instead."""

WORD = 4  # characters a token, roughly


@dataclass
class FakeModel:
    """Answers from `truth`. Each call uses up one of `faults`, if there are any left; None is an honest answer."""

    truth: Truth
    faults: deque[Fault | None] = field(default_factory=deque)
    calls: list[Json] = field(default_factory=list)
    base_url: str = ""

    def will(self, *faults: Fault | None) -> None:
        self.faults.extend(faults)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/v1/chat/completions", self._complete, methods=["POST"])
        return app

    async def _complete(self, request: Request) -> Response:
        body: Json = await request.json()
        if "messages" not in body:
            return fails(400, "messages is missing", param="messages")(body, {})
        self.calls.append(body)
        answer = self.truth(body)
        fault = self.faults.popleft() if self.faults else None
        return completion(body, json.dumps(answer)) if fault is None else fault(body, answer)


def completion(body: Json, text: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> Response:
    """A chat completion, cut off when it is longer than the tokens asked for."""
    most = body.get("max_completion_tokens") or body.get("max_tokens") or 10**9
    if text is not None and len(text) > most * WORD:
        text, finish_reason = text[: most * WORD], "length"
    message = {"role": "assistant", "content": text, "refusal": refusal}
    asked = sum(len(str(part["content"])) for part in body["messages"]) // WORD
    told = -(-len(text or "") // WORD)
    return JSONResponse(
        {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}],
            "usage": {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told},
        }
    )


def says(text: str) -> Fault:
    """This text instead of the honest answer."""
    return lambda body, _: completion(body, text)


def edits(change: Callable[[Json], Any]) -> Fault:
    """The honest answer after `change`, as JSON."""
    return lambda body, answer: completion(body, json.dumps(change(answer)))


def fails(status: int, message: str = "no", *, headers: dict[str, str] | None = None, **error: Any) -> Fault:
    return lambda *_: JSONResponse({"error": {"message": message, **error}}, status, headers)


def throttles(retry_after: str | None = None) -> Fault:
    return fails(429, "slow down", headers={"Retry-After": retry_after} if retry_after else None)


def cuts_off(body: Json, answer: Json) -> Response:
    text = json.dumps(answer)
    return completion(body, text[: len(text) // 2], finish_reason="length")


def refuses(body: Json, _: Json) -> Response:
    return completion(body, None, refusal="I cannot help with that.")


def refuses_formats(body: Json, answer: Json) -> Response:
    if "response_format" in body:
        return fails(400, "response_format is not supported", param="response_format")(body, answer)
    return completion(body, json.dumps(answer))


def never_stops(_: Json, __: Json) -> Response:
    """50 MB of answer."""

    async def flood() -> AsyncIterator[bytes]:
        yield b'{"model": "fake", "choices": [{"message": {"content": "'
        for _ in range(50):
            yield b"x" * 1_000_000
        yield b'"}, "finish_reason": "stop"}]}'

    return StreamingResponse(flood(), media_type="application/json")


def drips(_: Json, __: Json) -> Response:
    """A byte now and then: each keeps a read time-out from firing."""

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    return StreamingResponse(drip(), media_type="application/json")


def client_within(model: FakeModel) -> AsyncOpenAI:
    """A client whose requests reach the model without a socket, for unit tests."""
    http_client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=model.app()))
    return AsyncOpenAI(base_url="http://model/v1", api_key="sk-secret", max_retries=0, http_client=http_client)


def client_of(base_url: str) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=base_url, api_key="sk-secret", max_retries=0, timeout=httpx2.Timeout(300, connect=5))


@asynccontextmanager
async def serving(model: FakeModel) -> AsyncIterator[FakeModel]:
    """The model under `base_url`, on a free loopback port, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(uvicorn.Config(model.app(), log_level="error", lifespan="off", timeout_graceful_shutdown=1))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        model.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        try:
            yield model
        finally:
            server.should_exit = True
            await running


def always(answer: Json) -> Truth:
    return lambda _: answer


def by_page(whole: Json, rows: str, pages: Sequence[Sequence[Json]]) -> Truth:
    """Values of the whole document, and under `rows` those of the pages that the question holds."""

    def answer(body: Json) -> Json:
        text = body["messages"][1]["content"]
        shown = (items for number, items in enumerate(pages, 1) if f"\n[page {number}]\n" in text)
        return whole | {rows: [item for items in shown for item in items]}

    return answer


class _Server(uvicorn.Server):
    """Says when it listens, and leaves signals to the test runner."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await self._serve(sockets)
