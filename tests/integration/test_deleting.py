"""Delete: hidden at once, stopped, erased everywhere, and nothing late brings it back."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest

from services.ingest.erasure import erase_deleted
from tests.integration.chain import Chain, an_invoice, until

NOW = timedelta(0)
ROWS = {
    "ingest": ("documents", "instructions", "generations"),
    "classifier": ("jobs", "flows", "classifications"),
    "extractor": ("jobs", "flows", "extractions"),
    "aggregator": ("batches", "documents", "generations"),
    "exporter": ("export_batches", "export_documents"),
    "notifier": ("notices",),
}


async def left_of(chain: Chain, batch_id: UUID) -> dict[str, int]:
    """Rows of the batch by table, in all services."""
    counted = {
        f"{name}.{table}": len(await chain.ask(name, f"SELECT 1 FROM {table} WHERE batch_id = $1", batch_id))
        for name, tables in ROWS.items()
        for table in tables
    }
    return {table: count for table, count in counted.items() if count}


async def objects_of(chain: Chain, *prefixes: str) -> list[str]:
    storage = chain.services["ingest"].storage

    def found() -> list[str]:
        listed = [storage._client.list_objects(storage.bucket, prefix=p, recursive=True) for p in prefixes]
        return [str(item.object_name) for items in listed for item in items]

    return await asyncio.to_thread(found)


async def erased(chain: Chain, batch_id: UUID) -> None:
    async def look() -> bool | None:
        await erase_deleted(chain.db("ingest"), chain.services["ingest"].storage, grace=NOW)
        chain.services["ingest"].bell.ring()
        return not await left_of(chain, batch_id) or None

    await until(look)


@pytest.mark.parametrize("seed", range(4))
async def test_a_batch_deleted_at_a_random_moment_leaves_nothing(chain: Chain, seed: int):
    batch_id = await chain.submit(8, export='{"format": "csv"}')
    await asyncio.sleep(random.Random(seed).uniform(0, 1))

    answer = await chain.client.delete(f"/api/batches/{batch_id}")
    await erased(chain, batch_id)

    assert answer.status_code == 204
    assert {len(kinds) for kinds in chain.ends(batch_id).values()} == {1}
    assert await objects_of(chain, f"batches/{chain.tenant}/{batch_id}/", f"results/{chain.tenant}/{batch_id}/") == []


async def test_a_deleted_batch_is_gone_from_sight(chain: Chain):
    batch_id = await chain.submit(2, export='{"format": "csv"}')
    await chain.ended(batch_id)
    documents = (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]
    await chain.client.delete(f"/api/batches/{batch_id}")
    at_once = (await chain.client.get(f"/api/files/{documents[0]['id']}")).status_code
    await until(lambda: _is_hidden(chain, batch_id, documents[0]["id"]))
    still_there = await left_of(chain, batch_id)
    await erased(chain, batch_id)

    answers = [
        (await chain.client.get(path)).status_code
        for path in (
            f"/api/batches/{batch_id}",
            f"/api/batches/{batch_id}/documents",
            f"/api/documents/{documents[0]['id']}",
            f"/api/files/{documents[0]['id']}",
            f"/api/results/{documents[0]['id']}",
        )
    ]
    lists = [
        (await chain.client.get(f"{path}batch_id={batch_id}")).json()["items"]
        for path in ("/api/results?", "/api/exports?")
    ]
    steering = [
        (await chain.client.post(f"/api/batches/{batch_id}/cancel")).status_code,
        (await chain.client.post(f"/api/batches/{batch_id}/retry")).status_code,
    ]

    assert still_there, "it was hidden before it was erased"
    assert (at_once, set(answers), lists, set(steering)) == (404, {404}, [[], []], {404})


async def test_deleting_again_is_no_error_and_changes_nothing(chain: Chain):
    batch_id = await chain.submit(1)

    answers = [await chain.client.delete(f"/api/batches/{batch_id}") for _ in range(2)]
    await erased(chain, batch_id)
    answers.append(await chain.client.delete(f"/api/batches/{batch_id}"))

    assert {answer.status_code for answer in answers} == {204}
    log = (await chain.client.get(f"/api/audit?batch_id={batch_id}")).json()["items"]
    assert [entry["action"] for entry in log] == ["batch.delete", "batch.submit"]


async def test_no_event_of_a_deleted_batch_brings_anything_back(chain: Chain):
    batch_id = await chain.submit(3)
    await chain.ended(batch_id)
    await chain.client.delete(f"/api/batches/{batch_id}")
    await erased(chain, batch_id)

    await chain.hear(*(event for event in chain.said if event.batch_id == batch_id))

    assert await left_of(chain, batch_id) == {}


async def test_the_text_of_a_deleted_document_goes_unless_another_batch_has_the_same_file(chain: Chain):
    shared_file = ("files", ("same.pdf", an_invoice()))
    ids = []
    for _ in range(2):
        answer = await chain.client.post("/api/batches", files=[shared_file], data={"strategy": "auto"})
        ids.append(UUID(answer.json()["id"]))
        await chain.ended(ids[-1])
    (content,) = await chain.ask("ingest", "SELECT sha256 FROM documents WHERE batch_id = $1", ids[0])
    kept = []
    for batch_id in ids:
        await chain.client.delete(f"/api/batches/{batch_id}")
        await erased(chain, batch_id)
        kept.append(len(await objects_of(chain, f"pages/{chain.tenant}/{content.sha256}/")))

    assert kept == [1, 0]


async def _is_hidden(chain: Chain, batch_id: UUID, document_id: str) -> bool | None:
    paths = (f"/api/batches/{batch_id}", f"/api/documents/{document_id}", f"/api/results/{document_id}")
    answers = [(await chain.client.get(path)).status_code for path in paths]
    exports = (await chain.client.get(f"/api/exports?batch_id={batch_id}")).json()["items"]
    return (set(answers) == {404} and not exports) or None
