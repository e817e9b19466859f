"""For whom a session cookie counts, and what a browser gets to see of it."""

from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from shared.auth import Caller, Identity
from shared.http import new_app
from shared.session_cookie import COOKIE

FETCHED_HERE = {"sec-fetch-site": "same-origin"}


class OneSession:
    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=uuid4(), user="ada", role="member") if token == "igs_hers" else None


async def _healthy() -> dict[str, bool]:
    return {}


def an_app() -> FastAPI:
    app = new_app("test", probe=_healthy)
    app.state.verifier = OneSession()

    @app.api_route("/things", methods=["GET", "POST"])
    async def things(_: Caller) -> None: ...

    return app


async def ask(method: str, headers: dict[str, str], *, session: str = "igs_hers") -> int:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(an_app()), base_url="http://own:8080") as client:
        client.cookies.set(COOKIE, session)
        return (await client.request(method, "/things", headers=headers)).status_code


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", FETCHED_HERE),
        ("POST", FETCHED_HERE),
        ("GET", {"sec-fetch-site": "none"}),
        ("GET", {}),
        ("POST", {"origin": "http://own:8080"}),
        ("POST", {"origin": "https://shown.example", "x-forwarded-host": "shown.example"}),
    ],
)
async def test_the_own_page_is_let_in_by_its_cookie(method: str, headers: dict[str, str]):
    assert await ask(method, headers) == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_another_page_gets_nothing_by_the_cookie(method: str, site: str):
    assert await ask(method, {"sec-fetch-site": site}) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://own:3000"},
        {"origin": "http://evil.example"},
        {"origin": "http://evil.example", "x-forwarded-host": "own:8080"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "http://own:8080"},
    ],
)
async def test_without_proof_of_its_origin_nothing_is_changed_by_the_cookie(headers: dict[str, str]):
    assert await ask("POST", headers) == 401


async def test_a_cookie_of_nobody_lets_nobody_in():
    assert await ask("GET", FETCHED_HERE, session="igs_guessed") == 401


async def test_a_bearer_token_needs_no_page():
    assert await ask("POST", {"authorization": "Bearer igs_hers", "sec-fetch-site": "cross-site"}) == 200
