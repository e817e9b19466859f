"""Uploads while object storage answers 500 and 503, breaks off, and loses its answers: the bytes are the same after all."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from tests.integration.ingest_process import IngestProcess, Tenant
from tests.integration.pictures import MB, picture
from tests.integration.s3_faults import FaultyStore, a_faulty_store
from tests.stores import SettingsOf

TRIES = 40


@pytest.fixture(params=[1, 2])
async def faulty(request: pytest.FixtureRequest, settings_of: SettingsOf) -> AsyncIterator[tuple[FaultyStore, Tenant]]:
    """A store in trouble three times out of ten, and a tenant of an ingest that uses it."""
    settings = settings_of("ingest")
    async with a_faulty_store(settings.s3_url, seed=request.param, chance=0) as store:
        ingest = IngestProcess(settings.model_copy(update={"s3_url": store.url}))
        await ingest.start()
        async with ingest.new_tenant() as tenant:
            store.chance = 0.3
            yield store, tenant
        await ingest.stop()


async def until_taken(client: httpx2.AsyncClient, path: str, **rest: object) -> httpx2.Response:
    """Ask as a patient client does: again after every 503."""
    for _ in range(TRIES):
        answer = await client.post(path, **rest)  # type: ignore[arg-type]  # handed through
        if answer.status_code != 503:
            break
        assert answer.json()["retryable"]
    assert answer.status_code == 202, answer.text
    return answer


async def contents(store: FaultyStore, tenant: Tenant, answer: httpx2.Response) -> list[bytes]:
    """What is stored, read when the store is well again."""
    store.chance = 0
    documents = [file["document_id"] for file in answer.json()["files"]]
    return [(await tenant.client.get(f"/api/files/{document}")).content for document in documents]


async def test_an_upload_arrives_whole(faulty: tuple[FaultyStore, Tenant], tmp_path: Path):
    store, tenant = faulty
    file = picture(tmp_path / "large.png", megapixels=5)
    batch = await tenant.open_batch(file)
    await tenant.send(file, batch, chunk_size=3 * MB, retries=TRIES, retry_delay=0.2)
    answer = await until_taken(tenant.client, f"/api/batches/{batch}/submit")

    assert await contents(store, tenant, answer) == [file.read_bytes()]
    assert store.faults.total() >= 3, store.faults


async def test_a_form_arrives_whole_and_once(faulty: tuple[FaultyStore, Tenant], tmp_path: Path):
    store, tenant = faulty
    files = [picture(tmp_path / f"{size}.png", megapixels=size).read_bytes() for size in (1, 2)]
    parts = [("files", ("a.png", file)) for file in files]
    key = {"idempotency-key": str(uuid4())}
    answer = await until_taken(tenant.client, "/api/batches", files=parts, headers=key)
    again = await until_taken(tenant.client, "/api/batches", files=parts, headers=key)

    assert answer.json()["id"] == again.json()["id"]
    assert await contents(store, tenant, answer) == files
    assert store.faults.total() >= 1, store.faults
