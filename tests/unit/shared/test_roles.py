"""Who may do what, by the role in the token; and what a refusal may carry."""

from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from shared.auth import Admin, Caller, Identity, Operator
from shared.http import ApiError, new_app
from shared.vocabulary import Role


class Tokens:
    """A token is the name of its role."""

    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=uuid4(), user="ada", role=token)


async def _healthy() -> dict[str, bool]:
    return {}


def an_app() -> FastAPI:
    app = new_app("test", probe=_healthy)
    app.state.verifier = Tokens()

    @app.api_route("/anyone", methods=["GET", "POST", "DELETE"])
    async def anyone(_: Caller) -> None: ...

    @app.get("/admins")
    async def admins(_: Admin) -> None: ...

    @app.get("/operators")
    async def operators(_: Operator) -> None: ...

    @app.get("/full")
    async def full() -> None:
        raise ApiError(402, "quota_exceeded", "Full.", extra={"limit": 3})

    return app


async def ask(method: str, path: str, role: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(an_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path, headers={"authorization": f"Bearer {role}"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/anyone", [Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OPERATOR]),
        ("POST", "/anyone", [Role.MEMBER, Role.ADMIN, Role.OPERATOR]),
        ("DELETE", "/anyone", [Role.MEMBER, Role.ADMIN, Role.OPERATOR]),
        ("GET", "/admins", [Role.ADMIN, Role.OPERATOR]),
        ("GET", "/operators", [Role.OPERATOR]),
    ],
)
async def test_a_role_may_do_this_and_no_other(method: str, path: str, allowed: list[Role]):
    statuses = {role: (await ask(method, path, role)).status_code for role in Role}

    assert statuses == {role: 200 if role in allowed else 403 for role in Role}


async def test_a_refusal_says_which_role_is_needed():
    problem = (await ask("GET", "/admins", Role.MEMBER)).json()

    assert (problem["code"], problem["detail"]) == (
        "forbidden",
        "This needs the role admin; this token's role is member.",
    )


async def test_a_problem_carries_members_of_its_own():
    problem = (await ask("GET", "/full", Role.MEMBER)).json()

    assert (problem["status"], problem["code"], problem["limit"]) == (402, "quota_exceeded", 3)
