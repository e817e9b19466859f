"""Signing in to the web page by a one-time link or a token, and what ends a session."""

import asyncio
from http.cookies import SimpleCookie

import httpx2
import pytest

from shared.db import run_sql
from shared.session_cookie import COOKIE
from shared.vocabulary import Role
from tests.integration.front_door import FrontDoor, Renter

OWN_PAGE = {"sec-fetch-site": "same-origin"}


async def link(door: FrontDoor, user: Renter) -> str:
    async with door.http(user) as client:
        return str((await client.post("/api/session/links")).json()["path"])


async def follow(door: FrontDoor, path: str, **headers: str) -> httpx2.Response:
    async with door.http() as client:
        return await client.get(path, headers=headers)


def cookie_of(answer: httpx2.Response) -> str:
    """What the answer puts into the cookie; empty when nothing."""
    morsel = SimpleCookie(answer.headers.get("set-cookie", "")).get(COOKIE)
    return morsel.value if morsel else ""


async def ask(door: FrontDoor, session: str, method: str = "GET", path: str = "/api/session") -> httpx2.Response:
    async with door.http() as client:
        client.cookies.set(COOKIE, session)
        return await client.request(method, path, headers=OWN_PAGE)


async def test_a_link_signs_in_as_the_user_of_the_token(front_door: FrontDoor):
    user = await front_door.tenant(role=Role.VIEWER)
    followed = await follow(front_door, await link(front_door, user))
    who = await ask(front_door, cookie_of(followed))

    assert (followed.status_code, followed.headers["location"]) == (303, "/")
    assert who.json() == {"tenant_id": str(user.id), "user": "viewer", "role": "viewer"}


async def test_no_script_and_no_other_page_gets_the_cookie(front_door: FrontDoor):
    followed = await follow(front_door, await link(front_door, await front_door.tenant()))
    attributes = {part.strip().lower() for part in followed.headers["set-cookie"].split(";")[1:]}

    assert {"httponly", "samesite=strict", "path=/api"} <= attributes
    assert followed.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
async def test_over_tls_the_cookie_never_travels_without(front_door: FrontDoor, scheme: str, *, secure: bool):
    path = await link(front_door, await front_door.tenant())
    followed = await follow(front_door, path, **{"x-forwarded-proto": scheme})

    assert ("; Secure" in followed.headers["set-cookie"]) is secure


async def test_of_twenty_who_follow_a_link_one_gets_in(front_door: FrontDoor):
    path = await link(front_door, await front_door.tenant())
    answers = await asyncio.gather(*(follow(front_door, path) for _ in range(20)))

    assert sorted(answer.headers["location"] for answer in answers) == ["/", *["/?sign-in=failed"] * 19]
    assert sum(cookie_of(answer) != "" for answer in answers) == 1


async def test_a_link_is_good_for_minutes_only(front_door: FrontDoor):
    user = await front_door.tenant()
    path = await link(front_door, user)
    async with front_door.db.transaction() as tx:
        sql = "UPDATE sessions SET code_expires_at = code_expires_at - interval '10 minutes' WHERE tenant_id = $1"
        await run_sql(tx, sql, user.id)

    assert cookie_of(await follow(front_door, path)) == ""


async def test_a_link_on_a_foreign_page_signs_nobody_in(front_door: FrontDoor):
    path = await link(front_door, await front_door.tenant())
    followed = await follow(front_door, path, **{"sec-fetch-site": "cross-site"})

    assert (followed.headers["location"], cookie_of(followed)) == ("/?sign-in=failed", "")


async def test_the_page_signs_in_by_code_or_by_token(front_door: FrontDoor):
    user = await front_door.tenant()
    code = (await link(front_door, user)).partition("code=")[2]
    async with front_door.http() as client:
        by_code = await client.post("/api/session", json={"code": code}, headers=OWN_PAGE)
    async with front_door.http(user) as client:
        by_token = await client.post("/api/session", json={}, headers=OWN_PAGE)

    assert [answer.status_code for answer in (by_code, by_token)] == [201, 201]
    assert [(await ask(front_door, cookie_of(answer))).status_code for answer in (by_code, by_token)] == [200, 200]
    assert cookie_of(by_token) not in by_token.text


async def test_a_foreign_page_signs_nobody_in_by_code(front_door: FrontDoor):
    code = (await link(front_door, await front_door.tenant())).partition("code=")[2]
    async with front_door.http() as client:
        answer = await client.post("/api/session", json={"code": code}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


async def test_signing_out_ends_the_session(front_door: FrontDoor):
    session = cookie_of(await follow(front_door, await link(front_door, await front_door.tenant())))
    left = await ask(front_door, session, "DELETE")

    assert (left.status_code, cookie_of(left)) == (204, "")
    assert (await ask(front_door, session)).status_code == 401


async def test_revoking_the_token_ends_its_links_and_sessions(front_door: FrontDoor):
    user = await front_door.tenant()
    session = cookie_of(await follow(front_door, await link(front_door, user)))
    unused = await link(front_door, user)
    async with front_door.http(user) as client:
        (token,) = (await client.get("/api/tokens")).json()["items"]
        await client.delete(f"/api/tokens/{token['id']}")

    assert (await ask(front_door, session)).status_code == 401
    assert cookie_of(await follow(front_door, unused)) == ""


async def test_a_session_ends_by_itself(front_door: FrontDoor):
    user = await front_door.tenant()
    session = cookie_of(await follow(front_door, await link(front_door, user)))
    async with front_door.db.transaction() as tx:
        await run_sql(tx, "UPDATE sessions SET expires_at = now() WHERE tenant_id = $1", user.id)

    assert (await ask(front_door, session)).status_code == 401


async def test_a_session_makes_no_further_sessions(front_door: FrontDoor):
    session = cookie_of(await follow(front_door, await link(front_door, await front_door.tenant())))

    assert (await ask(front_door, session, "POST", "/api/session/links")).status_code == 403
    async with front_door.http(Renter(front_door.tenants[-1], session)) as client:
        again = [await client.post("/api/session", json={}), await client.post("/api/session/links")]
    assert [answer.status_code for answer in again] == [401, 403]


async def test_the_tables_hold_neither_code_nor_session(front_door: FrontDoor):
    user = await front_door.tenant()
    path = await link(front_door, user)
    session = cookie_of(await follow(front_door, await link(front_door, user)))
    kept = str(await front_door.rows("SELECT * FROM sessions WHERE tenant_id = $1", user.id))

    assert path.partition("code=")[2] not in kept
    assert session
    assert session not in kept
