"""Tokens of a tenant's own, and all tenants for operators; the same from the command line."""

import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from ingestio.__main__ import new_app
from ingestio.client import TroubleError
from ingestio.stack import Urls
from shared.db import run_sql
from shared.vocabulary import Role
from tests.integration.front_door import FrontDoor, Renter


@pytest.fixture
async def operator(front_door: FrontDoor) -> Renter:
    return await front_door.tenant(role=Role.OPERATOR)


async def status(door: FrontDoor, token: str) -> int:
    async with door.http(Renter(uuid4(), token)) as client:
        return (await client.get("/api/usage")).status_code


async def test_a_token_is_shown_once_works_at_once_and_ends_when_it_is_revoked(front_door: FrontDoor):
    async with front_door.http(await front_door.tenant()) as client:
        made = (await client.post("/api/tokens", json={"user": "ada", "role": "viewer"})).json()
        listed = (await client.get("/api/tokens")).json()["items"]
        before = await status(front_door, made["secret"])
        revoked = await client.delete(f"/api/tokens/{made['id']}")
        after = await status(front_door, made["secret"])

    assert (before, revoked.status_code, after) == (200, 204, 401)
    assert [(token["user"], token["role"], token["created_by"]) for token in listed if token["id"] == made["id"]] == [
        ("ada", "viewer", "admin")
    ]
    assert made["secret"] not in str(listed)


async def test_a_token_ends_on_its_day(front_door: FrontDoor):
    async with front_door.http(await front_door.tenant()) as client:
        made = (await client.post("/api/tokens", json={"user": "ada", "expires_in_days": 1})).json()
    async with front_door.db.transaction() as tx:
        sql = "UPDATE tokens SET expires_at = expires_at - interval '1 day' WHERE token_id::text = $1"
        await run_sql(tx, sql, made["id"])

    assert await status(front_door, made["secret"]) == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER])
async def test_only_admins_rule_tokens(front_door: FrontDoor, role: Role):
    async with front_door.http(await front_door.tenant(role=role)) as client:
        answers = [
            await client.get("/api/tokens"),
            await client.post("/api/tokens", json={"user": "ada"}),
            await client.delete(f"/api/tokens/{uuid4()}"),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_no_admin_makes_an_operator(front_door: FrontDoor):
    async with front_door.http(await front_door.tenant()) as client:
        answer = await client.post("/api/tokens", json={"user": "ada", "role": "operator"})

    assert answer.status_code == 422


async def test_an_admin_neither_sees_nor_revokes_the_tokens_of_others(front_door: FrontDoor):
    ours, theirs = [await front_door.tenant() for _ in range(2)]
    async with front_door.http(theirs) as client:
        (token,) = (await client.get("/api/tokens")).json()["items"]
    async with front_door.http(ours) as client:
        listed = (await client.get("/api/tokens")).json()["items"]
        answer = await client.delete(f"/api/tokens/{token['id']}")

    assert token["id"] not in {item["id"] for item in listed}
    assert (answer.status_code, await status(front_door, theirs.token)) == (404, 200)


async def test_an_operator_adds_a_tenant_and_changes_its_plan(front_door: FrontDoor, operator: Renter):
    name = f"new {uuid4()}"
    async with front_door.http(operator) as client:
        made = (await client.post("/api/admin/tenants", json={"name": name, "plan": "starter"})).json()
        path = f"/api/admin/tenants/{made['tenant']['id']}"
        twice = await client.post("/api/admin/tenants", json={"name": name, "plan": "starter"})
        changed = (await client.patch(path, json={"plan": "enterprise", "pages_per_month": 7})).json()
        again = (await client.patch(path, json={"pages_per_month": None, "status": "past_due"})).json()
        listed = (await client.get("/api/admin/tenants")).json()["items"]

    assert await status(front_door, made["token"]["secret"]) == 200
    assert (twice.status_code, made["tenant"]["pages_per_month"]) == (409, 100)
    assert (changed["plan"], changed["pages_per_month"]) == ("enterprise", 7)
    assert (again["plan"], again["pages_per_month"], again["status"]) == ("enterprise", None, "past_due")
    assert again in listed


async def test_an_unknown_plan_is_refused_with_the_names_of_those_there_are(front_door: FrontDoor, operator: Renter):
    async with front_door.http(operator) as client:
        answer = await client.post("/api/admin/tenants", json={"name": "x", "plan": "gold"})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_plan")
    assert "starter, plus, growth, enterprise" in answer.json()["detail"]


async def test_only_operators_rule_tenants(front_door: FrontDoor):
    async with front_door.http(await front_door.tenant(role=Role.ADMIN)) as client:
        answers = [
            await client.get("/api/admin/tenants"),
            await client.get(f"/api/admin/tenants/{uuid4()}"),
            await client.post("/api/admin/tenants", json={"name": "x", "plan": "plus"}),
            await client.patch(f"/api/admin/tenants/{uuid4()}", json={"plan": "plus"}),
        ]

    assert [answer.status_code for answer in answers] == [403] * 4


async def log_of(door: FrontDoor, user: Renter) -> list[dict[str, Any]]:
    """The newest first."""
    async with door.http(user) as client:
        return list((await client.get("/api/audit")).json()["items"])


async def test_who_rules_tokens_is_in_the_audit_log(front_door: FrontDoor):
    admin = await front_door.tenant()
    async with front_door.http(admin) as client:
        client.headers["x-forwarded-for"] = "203.0.113.9, 10.0.0.1"
        made = (await client.post("/api/tokens", json={"user": "ada", "role": "viewer"})).json()
        await client.delete(f"/api/tokens/{made['id']}")
    revoked, created = await log_of(front_door, admin)

    assert [(entry["action"], entry["user"], entry["address"]) for entry in (created, revoked)] == [
        ("token.create", "admin", "203.0.113.9"),
        ("token.revoke", "admin", "203.0.113.9"),
    ]
    assert created["details"] == {"token_id": made["id"], "user": "ada", "role": "viewer"}
    assert made["secret"] not in str([created, revoked])


async def test_a_tenant_reads_what_operators_changed_about_it(front_door: FrontDoor, operator: Renter):
    tenant = await front_door.tenant(plan="plus")
    async with front_door.http(operator) as client:
        await client.patch(f"/api/admin/tenants/{tenant.id}", json={"plan": "growth"})
    (entry,) = await log_of(front_door, tenant)

    assert (entry["action"], entry["role"], entry["details"]) == ("tenant.change", "operator", {"plan": "growth"})
    assert await log_of(front_door, operator) == []


async def run(*arguments: str, home: Path) -> Result:
    """The command line, in a thread of its own: it brings its own event loop."""
    return await asyncio.to_thread(CliRunner().invoke, new_app(), [*arguments, "--home", str(home)])


async def test_the_command_line_rules_tenants_and_tokens(
    front_door: FrontDoor, urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("INGESTIO_ADMIN_DATABASE_URL", raising=False)
    (tmp_path / "postgres-url").write_text(urls.postgres + "\n")
    name = f"cli-{uuid4().hex[:8]}"

    added = await run("tenants", "add", name, "--plan", "plus", home=tmp_path)
    secret = (await run("tokens", "add", name, "--role", "member", "--days", "3", home=tmp_path)).stdout.strip()
    limits = ("--pages-per-month", "5", "--queue-weight", "2.5", "--documents-at-once", "7")
    changed = await run("tenants", "set-plan", name, "growth", *limits, home=tmp_path)
    listed = await run("tokens", "list", name, home=tmp_path)
    before = await status(front_door, secret)
    (token_id,) = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", listed.stdout)
    revoked = await run("tokens", "revoke", name, token_id, home=tmp_path)

    assert [result.exit_code for result in (added, changed, listed, revoked)] == [0] * 4
    assert name in (await run("tenants", "list", home=tmp_path)).stdout
    assert secret not in listed.stdout
    assert (before, await status(front_door, secret)) == (200, 401)


async def test_the_command_line_says_what_is_missing(urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("INGESTIO_ADMIN_DATABASE_URL", raising=False)
    nobody = await run("tenants", "list", home=tmp_path)
    monkeypatch.setenv("INGESTIO_ADMIN_DATABASE_URL", urls.postgres)
    unknown = await run("tokens", "list", "nobody", home=tmp_path)

    assert [type(result.exception) for result in (nobody, unknown)] == [TroubleError, TroubleError]
    assert "There is no such tenant" in str(unknown.exception)
