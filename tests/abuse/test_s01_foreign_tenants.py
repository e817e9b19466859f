"""S01: whoever asks for what belongs to another tenant is told that it is not there, in every operation of every service."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import pytest

from ingestio.answers import QueueName
from services.ingest.tenants import ensure_tenant
from tests.abuse.operations import MARK, Ours, ask, belongings, operations, text_of
from tests.integration.chain import Chain

# They bring no tenant along: who signs in or pays has shown no token yet, and what the events look like is no secret.
WITHOUT_TOKEN = {
    ("get", "/sign-in"),
    ("get", "/api/events/asyncapi.json"),
    ("get", "/api/mail/unsubscribe"),
    ("post", "/api/mail/unsubscribe"),
    ("post", "/api/session"),
    ("post", "/api/subscriptions/webhook"),
    ("options", "/api/uploads"),
}
# They are for operators, who see all tenants, or for those who come without a token.
FOR_OTHERS = {
    "/api/admin/tenants",
    "/api/admin/tenants/{tenant_id}",
    "/api/analytics/tenants",
    "/api/analytics/tenants/csv",
    "/api/analytics/tenants/queue",
    "/sign-in",
    "/api/mail/unsubscribe",
    *(f"/api/queues/{name}" for name in QueueName),
}


@pytest.fixture(scope="module")
async def ours(chain: Chain) -> AsyncIterator[Ours]:
    token = f"igt_{uuid4().hex}"
    await ensure_tenant(
        chain.db("ingest"), uuid4(), name=token, plan="enterprise", token=token, user="mallory", role="admin"
    )
    ids = await belongings(chain)
    async with httpx2.AsyncClient(
        base_url=chain.client.base_url, headers={"authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    ) as stranger:
        yield Ours(chain, ids, stranger)


async def test_nothing_of_ours_is_there_for_a_stranger(ours: Ours):
    wrong = {}
    for method, path, said in await operations(ours.chain):
        answer = await ask(ours, ours.stranger, method, path, said)
        text = await text_of(answer)
        about_ours = "{" in path and "{code}" not in path
        if MARK in text or (about_ours and answer.status_code not in {403, 404}) or answer.status_code >= 500:
            wrong[f"{method} {path}"] = (answer.status_code, text[:200])

    assert wrong == {}


async def test_everything_of_ours_is_still_there_for_us(ours: Ours):
    """It was asked for rightly: what a stranger does not find, we do. And no stranger has changed it."""
    missing = {}
    for method, path, said in await operations(ours.chain):
        if method in {"get", "head"} and path not in FOR_OTHERS:
            answer = await ask(ours, ours.chain.client, method, path, said)
            await text_of(answer)
            if not answer.is_success:
                missing[f"{method} {path}"] = answer.status_code
    batch = await ours.chain.batch(UUID(ours.ids["batch_id"]))

    assert missing == {}
    assert (batch["name"], batch["status"]) == (MARK, "completed")


async def test_nothing_is_there_for_nobody(ours: Ours):
    """Without a token; and the same with one that is made up."""
    open_doors = {}
    for token in ("", "Bearer igt_made_up", "Bearer a.b.c", "Basic YTpi"):
        headers = {"authorization": token} if token else {}
        async with httpx2.AsyncClient(base_url=ours.chain.client.base_url, headers=headers, trust_env=False) as nobody:
            for method, path, said in await operations(ours.chain):
                answer = await ask(ours, nobody, method, path, said)
                await answer.aclose()
                if answer.status_code != 401 and (method, path) not in WITHOUT_TOKEN:
                    open_doors[f"{method} {path}"] = answer.status_code

    assert open_doors == {}


async def test_a_live_stream_tells_a_stranger_nothing(ours: Ours):
    async with ours.stranger.stream("GET", "/api/events") as answer:
        hearing = asyncio.create_task(text_of(answer))
        await ours.chain.submit(1, name=MARK)
        heard = await hearing

    assert "event:" in heard
    assert MARK not in heard
    assert str(ours.chain.tenant) not in heard
