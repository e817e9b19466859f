"""The door: what passes, what does not, and what it says when a service is away."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from services.console.app import new_door
from services.console.settings import Settings


class Services(httpx2.AsyncBaseTransport):
    """Answers for every service; as on a wire, the body of an answer is still to be read."""

    def __init__(self, answer: "Answer") -> None:
        self._answer = answer

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        return on_the_wire(self._answer(request))


def on_the_wire(answer: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(answer.content))


Answer = Callable[[httpx2.Request], httpx2.Response]


def at_the_door(answer: Answer) -> httpx2.AsyncClient:
    """A client in front of a door whose services answer like this."""
    door = new_door(Settings(), transport=Services(answer))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(door), base_url="http://door")


async def test_method_path_query_body_and_token_reach_the_service():
    seen: list[httpx2.Request] = []

    def ingest(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(202, json={"id": 1}, headers={"location": "/api/batches/1"})

    async with at_the_door(ingest) as client:
        answer = await client.post(
            "/api/batches?a=1&b=%2F", content=b"body", headers={"authorization": "Bearer t", "connection": "x"}
        )
    assert (answer.status_code, answer.json(), answer.headers["location"]) == (202, {"id": 1}, "/api/batches/1")
    (request,) = seen
    assert str(request.url) == "http://ingest:8000/api/batches?a=1&b=%2F"
    assert request.headers["authorization"] == "Bearer t"
    assert request.headers["host"] == "ingest:8000"


async def test_the_request_id_is_one_from_the_door_to_the_service():
    seen: list[str] = []

    def service(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["x-request-id"])
        return httpx2.Response(200)

    async with at_the_door(service) as client:
        answer = await client.get("/api/batches", headers={"x-request-id": "mine"})
    assert seen == ["mine"]
    assert answer.headers["x-request-id"] == "mine"


async def test_a_body_is_handed_on_as_it_comes():
    """The client sends its second piece only after the service has the first: a door that held the body would hang."""
    arrived = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.wait_for(arrived.wait(), 30)
        yield b"second"

    class Service(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            pieces = []
            assert isinstance(request.stream, httpx2.AsyncByteStream)
            async for piece in request.stream:
                pieces.append(piece)
                arrived.set()
            return on_the_wire(httpx2.Response(200, json=[piece.decode() for piece in pieces if piece]))

    door = new_door(Settings(), transport=Service())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(door), base_url="http://door") as client:
        answer = await client.post("/api/uploads", content=body())
    assert answer.json() == ["first", "second"]


async def test_a_service_that_is_away_is_worth_another_try():
    def away(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    async with at_the_door(away) as client:
        answer = await client.get("/api/results")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.json()["retryable"]
    assert answer.headers["retry-after"] == "1"


async def test_a_service_that_dies_at_work_is_told_apart():
    def dying(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.RemoteProtocolError("cut off")

    async with at_the_door(dying) as client:
        answer = await client.get("/api/results")
    assert (answer.status_code, answer.json()["code"]) == (502, "bad_gateway")


@pytest.mark.parametrize("path", ["/api/unknown", "/internal/tokens/verify", "/metrics"])
async def test_what_is_nobodys_business_stays_inside(path: str):
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request.url} left the door")

    async with at_the_door(never) as client:
        assert (await client.post(path)).status_code in {404, 405}


async def test_the_door_is_ready_when_all_services_are():
    away = {"exporter"}

    def service(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503 if request.url.host in away else 200)

    async with at_the_door(service) as client:
        assert (await client.get("/readyz")).status_code == 503
        away.clear()
        assert (await client.get("/readyz")).status_code == 200


async def test_the_page_comes_under_a_strict_policy():
    async with at_the_door(lambda _request: httpx2.Response(200)) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
