"""A batch of documents that were handed in before: same bytes, own copies, pages reserved as for any other."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.ingest.erasure import erase_deleted
from shared.db import run_sql
from tests.integration.front_door import FrontDoor, Renter
from tests.pdf_makers import many_pages

LETTER = Path("samples/letter.pdf").read_bytes()


async def handed_in(door: FrontDoor, user: Renter, *files: bytes) -> tuple[str, list[str]]:
    """The batch, and its documents."""
    body = (await door.submit(user, *files)).json()
    return body["id"], [file["document_id"] for file in body["files"]]


async def again(
    door: FrontDoor, user: Renter, documents: list[str], *files: bytes, to: str = "/api/batches", **headers: str
) -> httpx2.Response:
    """A batch of stored documents, behind files if there are some."""
    parts: list[Any] = [("files", (f"new-{number}.pdf", file)) for number, file in enumerate(files)]
    parts += [("document_ids", (None, json.dumps(documents)))]
    async with door.http(user) as client:
        return await client.post(to, files=[*parts, ("strategy", (None, "auto"))], headers=headers)


async def content(door: FrontDoor, user: Renter, document: str) -> bytes:
    async with door.http(user) as client:
        return (await client.get(f"/api/files/{document}")).content


async def erased(door: FrontDoor, user: Renter, batch: str) -> None:
    """The batch is deleted and, as if time had gone by, erased."""
    async with door.http(user) as client:
        assert (await client.delete(f"/api/batches/{batch}")).status_code == 204
    async with door.db.transaction() as tx:
        await run_sql(tx, "UPDATE documents SET status = 'cancelled' WHERE batch_id = $1", UUID(batch))
        await run_sql(tx, "UPDATE batches SET deleted_at = now() - interval '1 hour' WHERE batch_id = $1", UUID(batch))
    await erase_deleted(door.db, door.service.storage)


async def test_a_stored_document_becomes_a_file_of_a_new_batch(front_door: FrontDoor):
    user = await front_door.tenant()
    _, (document,) = await handed_in(front_door, user, LETTER)
    answer = await again(front_door, user, [document], many_pages(2))
    new, stored = answer.json()["files"]

    assert answer.status_code == 202
    assert [(new["pages"], new["file_name"]), (stored["pages"], stored["file_name"])] == [
        (2, "new-0.pdf"),
        (1, "0.pdf"),
    ]
    assert stored["document_id"] != document
    assert await content(front_door, user, stored["document_id"]) == LETTER


@pytest.mark.parametrize("deleted", ["first", "second"])
async def test_deleting_the_one_leaves_the_other_whole(front_door: FrontDoor, deleted: str):
    user = await front_door.tenant()
    first, (document,) = await handed_in(front_door, user, LETTER)
    second = (await again(front_door, user, [document])).json()
    copy = second["files"][0]["document_id"]
    await erased(front_door, user, first if deleted == "first" else second["id"])
    left, gone = (copy, document) if deleted == "first" else (document, copy)
    (row,) = await front_door.rows("SELECT text_key FROM documents WHERE document_id = $1", UUID(left))

    assert await content(front_door, user, left) == LETTER
    assert await front_door.service.storage.size(row.text_key) > 0
    assert b"not_found" in await content(front_door, user, gone)


async def test_its_pages_are_reserved_again(front_door: FrontDoor):
    user = await front_door.tenant(pages_per_month=3)
    _, (document,) = await handed_in(front_door, user, many_pages(2))
    answer = await again(front_door, user, [document])

    assert (answer.status_code, answer.json()["code"]) == (402, "quota_exceeded")
    assert await front_door.counts(user) == (0, 2)


async def test_the_same_document_twice_is_a_duplicate(front_door: FrontDoor):
    user = await front_door.tenant()
    _, (document,) = await handed_in(front_door, user, LETTER)
    files = (await again(front_door, user, [document, document])).json()["files"]

    assert [(file["error"] or {}).get("category") for file in files] == [None, "duplicate"]


async def test_documents_of_others_and_refused_ones_are_not_there(front_door: FrontDoor):
    ours, theirs = [await front_door.tenant() for _ in range(2)]
    _, (foreign,) = await handed_in(front_door, theirs, LETTER)
    _, (_, refused) = await handed_in(front_door, ours, LETTER, b"no document")
    answers = [await again(front_door, ours, [document]) for document in (foreign, refused, str(uuid4()))]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_stored_documents_count_against_the_plan_as_files_do(front_door: FrontDoor):
    user = await front_door.tenant(files_per_batch=2)
    _, documents = await handed_in(front_door, user, LETTER, many_pages(2))
    answer = await again(front_door, user, documents, many_pages(3))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_files")


async def test_a_dry_run_knows_stored_documents(front_door: FrontDoor):
    user = await front_door.tenant()
    _, (document,) = await handed_in(front_door, user, many_pages(2))
    look = (await again(front_door, user, [document], LETTER, to="/api/batches?dry_run=true")).json()

    assert (look["pages"], [file["status"] for file in look["files"]]) == (3, ["accepted", "accepted"])


async def test_one_key_makes_one_batch_of_stored_documents(front_door: FrontDoor):
    user = await front_door.tenant()
    _, (document, other) = await handed_in(front_door, user, LETTER, many_pages(2))
    key = {"idempotency-key": "once"}
    answers = [await again(front_door, user, [which], **key) for which in (document, document, other)]

    assert [answer.status_code for answer in answers] == [202, 202, 422]
    assert answers[0].json()["id"] == answers[1].json()["id"]
