"""Whatever clears at the same moment, what is alive stays whole: many rounds of uploads, submissions and deletions."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from services.ingest.abandoned import clear_abandoned
from services.ingest.erasure import erase_deleted
from services.ingest.kept_objects import FOLDERS
from services.ingest.tus import CONTENT_TYPE
from shared.db import Database, run_sql
from shared.orphans import clear_orphans
from shared.storage import ObjectMissingError, Storage
from tests.integration.front_door import FrontDoor, Renter
from tests.integration.ingest_process import metadata
from tests.pdf_makers import many_pages
from tests.stores import SettingsOf

ROUNDS = 40
AT_ONCE = timedelta(0)
TUS = {"tus-resumable": "1.0.0"}
SENT = {"upload-offset": "0", "content-type": CONTENT_TYPE}


class Thoughtful(Storage):
    """A storage that takes its time before it deletes pages: long enough for somebody to store them anew."""

    async def delete_prefix(self, prefix: str) -> int:
        if prefix.startswith("pages/"):
            await asyncio.sleep(0.3)
        return await super().delete_prefix(prefix)


@asynccontextmanager
async def meanwhile(*work: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Do this again and again while the block runs."""

    async def again(one: Callable[[], Awaitable[object]]) -> None:
        while True:
            await one()
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(again(one)) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


async def clear_all_orphans(db: Database, storage: Storage) -> None:
    for folder in FOLDERS:
        await clear_orphans(db, storage, folder, grace=AT_ONCE)


async def missing(door: FrontDoor, user: Renter) -> list[str]:
    """Keys that living documents name and that are not there."""
    named = await door.rows(
        "SELECT object_key, text_key FROM documents WHERE tenant_id = $1 AND deleted_at IS NULL AND batch_id IN"
        " (SELECT batch_id FROM batches WHERE deleted_at IS NULL) AND object_key IS NOT NULL",
        user.id,
    )
    lost = []
    for key in {key for row in named for key in row}:
        try:
            await door.service.storage.size(key)
        except ObjectMissingError:
            lost.append(key)
    return lost


async def expire(door: FrontDoor, batch: UUID) -> None:
    """As if nothing had happened to it for a day.

    The batch first, as ingest itself locks: the other way round this and a submission would wait for each other, and whoever
    PostgreSQL then gives up is the request, answered 503, or this.
    """
    async with door.db.transaction() as tx:
        for table in ("batches", "uploads"):
            sql = f"UPDATE {table} SET expires_at = now() - interval '1 s' WHERE batch_id = $1"
            await run_sql(tx, sql, batch)


async def upload_and_submit(client: httpx2.AsyncClient, batch: str, content: bytes) -> tuple[int, str]:
    """The status of the submission, or of what failed before, and the document's id if there is one."""
    length = {"upload-length": str(len(content))}
    made = await client.post("/api/uploads", headers=TUS | length | metadata(batch_id=batch, filename="a.pdf"))
    if not made.is_success:
        return made.status_code, ""
    sent = await client.patch(made.headers["location"], headers=TUS | SENT, content=content)
    if not sent.is_success:
        return sent.status_code, ""
    submitted = await client.post(f"/api/batches/{batch}/submit")
    files = submitted.json().get("files") or [{"document_id": ""}]
    return submitted.status_code, files[0]["document_id"]


async def test_an_upload_that_expires_while_it_is_used_is_whole_or_gone(front_door: FrontDoor):
    """The collectors of abandoned uploads and of orphans run all the time, without any grace."""
    user, chance = await front_door.tenant(), random.Random(7)
    storage, fates = front_door.service.storage, []
    async with (
        front_door.http(user) as client,
        meanwhile(
            lambda: clear_abandoned(front_door.db, storage, grace=AT_ONCE),
            lambda: clear_all_orphans(front_door.db, storage),
        ),
    ):
        typical = 0.1  # seconds that an upload takes: a busy machine takes its time
        for round_ in range(ROUNDS):
            batch = (await client.post("/api/batches/open", json={"strategy": "auto"})).json()["id"]
            content = many_pages(1, mark=f"{round_} {uuid4()}")
            began = time.monotonic()
            using = asyncio.create_task(upload_and_submit(client, batch, content))
            await asyncio.sleep(chance.random() * typical * 1.2)
            await expire(front_door, UUID(batch))
            status, document = await using
            typical = (typical + time.monotonic() - began) / 2
            kept = (await client.get(f"/api/files/{document}")).content if status == 202 else None
            fates.append((status, kept in {None, content}))

    assert all(whole for _, whole in fates), fates
    assert {status for status, _ in fates} <= {202, 404, 409, 410, 422}
    assert any(status == 202 for status, _ in fates)
    assert any(status != 202 for status, _ in fates)
    assert await missing(front_door, user) == []


async def test_forms_that_come_in_while_orphans_are_cleared_lose_no_file(front_door: FrontDoor):
    user = await front_door.tenant()
    storage = front_door.service.storage
    async with meanwhile(
        lambda: clear_all_orphans(front_door.db, storage),
        lambda: clear_abandoned(front_door.db, storage, grace=AT_ONCE),
    ):
        for _ in range(ROUNDS // 4):
            files = [many_pages(1, mark=str(uuid4())) for _ in range(4)]
            answers = await asyncio.gather(*(front_door.submit(user, file) for file in files))
            assert [answer.status_code for answer in answers] == [202] * 4

    assert await missing(front_door, user) == []


@pytest.mark.parametrize("way", ["form", "upload"])
async def test_a_file_that_is_handed_in_again_while_it_is_erased_keeps_its_pages(
    front_door: FrontDoor, settings_of: SettingsOf, way: str
):
    """Pages are kept by content, so both are about the same objects."""
    user, thoughtful = await front_door.tenant(), Thoughtful(settings_of("ingest").s3_url)
    async with front_door.http(user) as client:
        for round_ in range(6):
            content = many_pages(1, mark=f"{round_} {uuid4()}")
            first = (await front_door.submit(user, content)).json()["id"]
            async with front_door.db.transaction() as tx:
                await run_sql(tx, "UPDATE documents SET status = 'completed' WHERE batch_id = $1", UUID(first))
            await client.delete(f"/api/batches/{first}")
            opened = (await client.post("/api/batches/open", json={"strategy": "auto"})).json()["id"]
            erasing = asyncio.create_task(erase_deleted(front_door.db, thoughtful, grace=AT_ONCE, sweep_after=AT_ONCE))
            await asyncio.sleep(0.05 * round_)
            if way == "form":
                status = (await front_door.submit(user, content)).status_code
            else:
                status, _ = await upload_and_submit(client, opened, content)
            await erasing
            assert status == 202

    assert await missing(front_door, user) == []
