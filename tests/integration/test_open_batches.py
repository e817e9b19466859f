"""Open batches: what is missing, submitting, cancelling, and that nothing of what is given up stays behind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.ingest.abandoned import clear_abandoned
from services.ingest.uploads import PART
from shared.db import Database, rows, run_sql
from shared.storage import ObjectMissingError, Storage
from tests.integration.ingest_process import IngestProcess, Tenant, metadata

INVOICE, LETTER = Path("samples/invoice-english.pdf"), Path("samples/letter.pdf")
# Read here: a test under an event loop must not block on a disk.
INVOICE_BYTES, LETTER_BYTES = INVOICE.read_bytes(), LETTER.read_bytes()
AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Stores:
    """What ingest keeps, seen from behind."""

    db: Database
    storage: Storage

    async def age(self, batch: str) -> None:
        """As if a day had gone by since anything happened to the batch."""
        async with self.db.transaction() as tx:
            for table in ("uploads", "batches"):
                await run_sql(
                    tx, f"UPDATE {table} SET expires_at = now() - interval '1 s' WHERE batch_id = $1", UUID(batch)
                )

    async def clear(self) -> None:
        """The sweeper's rounds, until nothing is left to do."""
        for _ in range(2):
            await clear_abandoned(self.db, self.storage, grace=AT_ONCE)

    async def left_of(self, batch: str) -> tuple[int, int]:
        """How many uploads and batches the database still knows."""
        async with self.db.transaction() as tx:
            uploads = await rows(tx, "SELECT 1 FROM uploads WHERE batch_id = $1", UUID(batch))
            return len(uploads), len(await rows(tx, "SELECT 1 FROM batches WHERE batch_id = $1", UUID(batch)))

    async def objects_of(self, batch: str) -> set[str]:
        """The keys of all objects of the uploads of a batch that are in storage."""
        async with self.db.transaction() as tx:
            found = await rows(tx, "SELECT object_key, tail_key FROM uploads WHERE batch_id = $1", UUID(batch))
        return {key for row in found for key in row if key and await self.exists(key)}

    async def exists(self, key: str) -> bool:
        try:
            await self.storage.size(key)
        except ObjectMissingError:
            return False
        return True


@pytest.fixture
async def stores(ingest: IngestProcess) -> AsyncIterator[Stores]:
    db = Database(ingest.settings.database_url)
    yield Stores(db, Storage(ingest.settings.s3_url))
    await db.close()


async def upload(tenant: Tenant, batch: str, size: int, body: bytes, **about: str) -> str:
    """Returns the URL of the upload."""
    headers = {"tus-resumable": "1.0.0", "upload-length": str(size), "content-type": "application/offset+octet-stream"}
    pairs = {"batch_id": batch, "filename": "a.pdf"} | about
    answer = await tenant.client.post("/api/uploads", headers=headers | metadata(**pairs), content=body)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def submit(tenant: Tenant, batch: str, **how: bool) -> httpx2.Response:
    return await tenant.client.post(f"/api/batches/{batch}/submit", json=how)


def states(batch: Any) -> list[str]:
    return [file["state"] for file in batch["files"]]


async def test_an_open_batch_says_where_to_look_at_it(tenant: Tenant):
    asked = {"strategy": "auto", "name": "March", "files": [{"file_name": "a.pdf", "size": 3, "custom_id": "no 1"}]}
    answer = await tenant.client.post("/api/batches/open", json=asked)
    batch = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/batches/{batch['id']}/uploads")
    assert (batch["status"], batch["name"], batch["expected"], batch["complete"]) == ("pending_upload", "March", 1, 0)
    assert batch["files"][0]["custom_id"] == "no 1"
    assert states(batch) == ["missing"]


async def test_one_key_opens_one_batch(tenant: Tenant):
    answers = [
        await tenant.client.post("/api/batches/open", json={"name": name}, headers={"idempotency-key": "k"})
        for name in ("a", "a", "b")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].json()["id"] == answers[1].json()["id"]


async def test_after_a_reload_a_client_sees_what_is_missing(tenant: Tenant):
    batch = await tenant.open_batch(INVOICE, LETTER, Path("samples/contract.pdf"))
    await tenant.send(LETTER, batch)
    url = await upload(tenant, batch, len(INVOICE_BYTES), INVOICE_BYTES[:1000], filename=INVOICE.name)
    now = await tenant.uploads(batch)
    assert (now["complete"], now["expected"]) == (1, 3)
    assert states(now) == ["uploading", "complete", "missing"]
    assert (now["files"][0]["offset"], now["files"][0]["upload_url"]) == (1000, url)


async def test_a_position_says_which_of_equal_files_it_is(tenant: Tenant):
    files = [{"file_name": "scan.pdf", "size": 3, "custom_id": name} for name in ("first", "second")]
    batch = (await tenant.client.post("/api/batches/open", json={"files": files})).json()["id"]
    await upload(tenant, batch, 3, b"abc", filename="scan.pdf", position="1")
    assert states(await tenant.uploads(batch)) == ["missing", "complete"]


async def test_equal_files_without_a_position_take_one_place_each(tenant: Tenant):
    batch = (
        await tenant.client.post("/api/batches/open", json={"files": [{"file_name": "a.pdf", "size": 3}] * 2})
    ).json()
    for _ in range(3):
        await upload(tenant, batch["id"], 3, b"abc")
    assert states(await tenant.uploads(batch["id"])) == ["complete"] * 3


async def test_an_upload_begun_anew_takes_the_place_of_the_one_that_was_left(tenant: Tenant):
    batch = (await tenant.client.post("/api/batches/open", json={"files": [{"file_name": "a.pdf", "size": 3}]})).json()
    left = await upload(tenant, batch["id"], 3, b"a")
    await upload(tenant, batch["id"], 3, b"abc")
    assert states(await tenant.uploads(batch["id"])) == ["complete"]
    assert (await tenant.client.head(left, headers={"tus-resumable": "1.0.0"})).status_code == 410


async def test_a_complete_file_is_not_replaced_by_chance(tenant: Tenant):
    batch = await tenant.open_batch()
    await upload(tenant, batch, 3, b"abc", position="0")
    headers = {"tus-resumable": "1.0.0", "upload-length": "3"} | metadata(batch_id=batch, position="0")
    assert (await tenant.client.post("/api/uploads", headers=headers)).json()["code"] == "position_taken"


async def test_submitting_answers_as_a_form_does(tenant: Tenant):
    files = [
        {"file_name": INVOICE.name, "size": len(INVOICE_BYTES), "custom_id": "one"},
        {"file_name": "again.pdf", "size": len(INVOICE_BYTES)},
        {"file_name": "no.pdf", "size": 3},
        {"file_name": "empty.pdf", "size": 0},
    ]
    batch = (await tenant.client.post("/api/batches/open", json={"strategy": "auto", "files": files})).json()["id"]
    await upload(tenant, batch, len(INVOICE_BYTES), INVOICE_BYTES, position="1")
    await tenant.send(INVOICE, batch)
    await upload(tenant, batch, 3, b"abc", filename="no.pdf")
    await upload(tenant, batch, 0, b"", filename="empty.pdf")
    answer = await submit(tenant, batch)
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/batches/{batch}")
    body = answer.json()
    verdicts = [(file["status"], (file["error"] or {}).get("category"), file["custom_id"]) for file in body["files"]]
    assert (body["status"], verdicts) == (
        "queued",
        [
            ("accepted", None, "one"),
            ("refused", "duplicate", None),
            ("refused", "unsupported_type", None),
            ("refused", "empty_file", None),
        ],
    )


async def test_a_batch_without_a_good_file_is_refused(tenant: Tenant):
    batch = await tenant.open_batch()
    await upload(tenant, batch, 3, b"abc")
    answer = await submit(tenant, batch)
    assert (answer.status_code, answer.json()["status"]) == (422, "failed")


async def test_submitting_again_gives_the_same_answer(tenant: Tenant):
    batch = await tenant.open_batch(LETTER)
    await tenant.send(LETTER, batch)
    first, again = await submit(tenant, batch), await submit(tenant, batch)
    assert (first.status_code, again.status_code, again.json()) == (202, 202, first.json())


async def test_many_submits_at_once_make_one_batch(tenant: Tenant):
    batch = await tenant.open_batch(LETTER)
    await tenant.send(LETTER, batch)
    answers = await asyncio.gather(*(submit(tenant, batch) for _ in range(8)))
    refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    accepted = [answer.json() for answer in answers if answer.status_code == 202]
    assert refusals <= {"batch_being_submitted"}
    assert accepted
    assert all(answer == accepted[0] for answer in accepted)


async def test_a_batch_that_lacks_files_is_submitted_only_when_that_is_meant(tenant: Tenant):
    batch = await tenant.open_batch(LETTER, INVOICE)
    await tenant.send(LETTER, batch)
    missing, meant = await submit(tenant, batch), await submit(tenant, batch, only_complete=True)
    assert (missing.status_code, missing.json()["code"]) == (409, "files_missing")
    assert (meant.status_code, [file["file_name"] for file in meant.json()["files"]]) == (202, [LETTER.name])


async def test_an_empty_batch_is_not_submitted(tenant: Tenant):
    assert (await submit(tenant, await tenant.open_batch())).status_code == 422


async def test_a_submitted_batch_takes_no_more_files(tenant: Tenant):
    batch = await tenant.open_batch(LETTER)
    await tenant.send(LETTER, batch)
    await submit(tenant, batch)
    headers = {"tus-resumable": "1.0.0", "upload-length": "3"} | metadata(batch_id=batch)
    more = await tenant.client.post("/api/uploads", headers=headers)
    assert (more.status_code, more.json()["code"]) == (409, "batch_not_open")


async def test_the_files_of_a_submitted_batch_outlive_the_sweeper(tenant: Tenant, stores: Stores):
    batch = await tenant.open_batch(LETTER)
    await tenant.send(LETTER, batch, chunk_size=5_000)
    document = (await submit(tenant, batch)).json()["files"][0]["document_id"]
    await stores.age(batch)
    await stores.clear()
    assert await stores.left_of(batch) == (0, 1)
    assert (await tenant.client.get(f"/api/files/{document}")).content == LETTER_BYTES


async def test_of_refused_files_nothing_stays(tenant: Tenant, stores: Stores):
    batch = await tenant.open_batch(LETTER)
    await tenant.send(LETTER, batch)
    await upload(tenant, batch, 3, b"abc")
    before = await stores.objects_of(batch)
    await submit(tenant, batch)
    await stores.clear()
    assert [await stores.exists(key) for key in before].count(True) == 1


@pytest.mark.parametrize("size", [10, PART + 10, 2 * PART], ids=["small", "one part", "two parts"])
async def test_of_a_cancelled_batch_nothing_stays(tenant: Tenant, stores: Stores, size: int):
    batch = await tenant.open_batch(LETTER)
    await tenant.send(LETTER, batch)
    url = await upload(tenant, batch, size, bytes(size - 5))
    objects = await stores.objects_of(batch)
    assert (await tenant.client.delete(f"/api/batches/{batch}")).status_code == 204
    assert (await tenant.client.head(url, headers={"tus-resumable": "1.0.0"})).status_code == 410
    await stores.clear()
    assert await stores.left_of(batch) == (0, 0)
    assert len(objects) >= 1
    assert not any([await stores.exists(key) for key in objects])


async def test_what_nobody_writes_to_for_a_day_expires(tenant: Tenant, stores: Stores):
    batch = await tenant.open_batch(LETTER, INVOICE)
    await tenant.send(LETTER, batch)
    url = await upload(tenant, batch, 10, b"12345")
    objects = await stores.objects_of(batch)
    await stores.age(batch)
    assert (await tenant.client.head(url, headers={"tus-resumable": "1.0.0"})).status_code == 410
    await stores.clear()
    assert await stores.left_of(batch) == (0, 0)
    assert len(objects) == 2
    assert not any([await stores.exists(key) for key in objects])


async def test_a_batch_that_still_gets_files_does_not_expire(tenant: Tenant, stores: Stores):
    batch = await tenant.open_batch(LETTER)
    await stores.age(batch)
    await tenant.send(LETTER, batch)
    await stores.clear()
    assert (await submit(tenant, batch)).status_code == 202


async def test_opening_changing_and_submitting_are_in_the_audit_log(tenant: Tenant):
    batch = await tenant.open_batch(LETTER)
    await tenant.client.put(f"/api/batches/{batch}/open", json={"strategy": "auto", "name": "other"})
    await tenant.send(LETTER, batch)
    await submit(tenant, batch)
    log = (await tenant.client.get(f"/api/audit?batch_id={batch}")).json()["items"]

    assert [entry["action"] for entry in log] == ["batch.submit", "upload.create", "batch.change", "batch.open"]
    assert log[0]["details"] == {"strategy": "auto", "files": 1, "refused": 0, "pages": 1}
