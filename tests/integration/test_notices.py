"""Notices on a real database: once an event, and each tenant its own."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.notifier.app import wire
from services.notifier.handlers import on_batch_completed, on_export_ended
from services.notifier.settings import Settings
from shared.auth import Identity
from shared.db import Database
from shared.events import BatchCompleted
from shared.service import build_app
from tests.makers import a_batch_completed, an_export_completed, an_export_failed
from tests.stores import SettingsOf

OURS, THEIRS = uuid4(), uuid4()


class Tokens:
    """Knows two users; a token is the name of its tenant."""

    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=UUID(token), user="ada", role="admin")


@pytest.fixture
async def notifier(settings_of: SettingsOf) -> AsyncIterator[tuple[Database, httpx2.AsyncClient]]:
    """The notifier's database, and its API for our tenant."""
    service = wire(Settings(**settings_of("notifier").model_dump()))
    service.verifier = Tokens()
    transport = httpx2.ASGITransport(build_app("notifier", [service]))
    headers = {"authorization": f"Bearer {OURS}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://notifier", headers=headers) as client:
        yield service.db, client
    await service.stop()


async def notices(client: httpx2.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await client.get("/api/notices", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def hear(db: Database, events: Sequence[BatchCompleted]) -> None:
    async with db.transaction() as tx:
        await on_batch_completed(events, tx=tx)


async def test_an_event_that_is_heard_twice_is_one_notice(notifier: tuple[Database, httpx2.AsyncClient]):
    db, client = notifier
    event = a_batch_completed(tenant_id=OURS, batch_id=uuid4())
    await hear(db, [event])
    await hear(db, [event])
    items = (await notices(client))["items"]
    assert [item["id"] for item in items if item["batch_id"] == str(event.batch_id)] == [str(event.id)]


async def test_an_export_that_failed_is_a_notice_too(notifier: tuple[Database, httpx2.AsyncClient]):
    db, client = notifier
    event = an_export_failed(tenant_id=OURS)
    async with db.transaction() as tx:
        await on_export_ended([event], tx=tx)
    (notice,) = [item for item in (await notices(client))["items"] if item["id"] == str(event.id)]
    assert (notice["kind"], event.error.message in notice["text"]) == ("export.failed", True)


async def test_a_tenant_sees_only_its_own_notices(notifier: tuple[Database, httpx2.AsyncClient]):
    db, client = notifier
    foreign = a_batch_completed(tenant_id=THEIRS, batch_id=uuid4())
    await hear(db, [foreign])
    assert str(foreign.id) not in {item["id"] for item in (await notices(client))["items"]}


async def test_pages_follow_each_other_without_a_gap(notifier: tuple[Database, httpx2.AsyncClient]):
    db, client = notifier
    batch = uuid4()
    async with db.transaction() as tx:
        for _ in range(3):
            await on_export_ended([an_export_completed(tenant_id=OURS, batch_id=batch, export_id=uuid4())], tx=tx)
    seen: list[str] = []
    cursor = None
    while True:
        page = await notices(client, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert len(seen) == len(set(seen))
    assert len(seen) >= 3
