"""Single documents are cancelled, retried and deleted against running work: pairs end once, counts stay right."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest

from services.ingest.document_erasure import erase_deleted_documents
from tests.integration.chain import Chain, an_invoice, until
from tests.integration.test_deleting import NOW, objects_of

KEPT_BY = {
    "classifier": {"jobs": "subject", "classifications": "document_id"},
    "extractor": {"jobs": "subject", "extractions": "document_id"},
    "aggregator": {"documents": "document_id", "timeline": "document_id"},
}


async def documents_of(chain: Chain, batch_id: UUID) -> list[UUID]:
    found = await chain.ask(
        "ingest", "SELECT document_id FROM documents WHERE batch_id = $1 ORDER BY position", batch_id
    )
    return [row.document_id for row in found]


async def left_of(chain: Chain, document_id: UUID) -> list[str]:
    return [
        f"{name}.{table}"
        for name, tables in KEPT_BY.items()
        for table, column in tables.items()
        if await chain.ask(name, f"SELECT 1 FROM {table} WHERE {column} = $1", document_id)
    ]


async def erased(chain: Chain, document_id: UUID) -> None:
    async def look() -> bool | None:
        ingest = chain.services["ingest"]
        await erase_deleted_documents(ingest.db, ingest.storage, grace=NOW, sweep_after=NOW)
        ingest.bell.ring()
        (row,) = await chain.ask("ingest", "SELECT swept_at FROM documents WHERE document_id = $1", document_id)
        return (row.swept_at is not None and not await left_of(chain, document_id)) or None

    await until(look)


async def completions(chain: Chain, batch_id: UUID, count: int = 1) -> list[Any]:
    async def look() -> list[Any] | None:
        heard = chain.heard(batch_id, "batch.completed")
        return heard if len(heard) >= count else None

    return await until(look)


@pytest.mark.parametrize("seed", range(5))
async def test_documents_cancelled_at_a_random_moment_end_once_and_the_others_go_on(chain: Chain, seed: int):
    batch_id = await chain.submit(10)
    chosen = (await documents_of(chain, batch_id))[::3]
    await asyncio.sleep(random.Random(seed).uniform(0, 0.5))

    answers = [await chain.client.post(f"/api/documents/{document_id}/cancel") for document_id in chosen]
    batch = await chain.ended(batch_id)

    assert {answer.status_code for answer in answers} <= {202, 409}
    ends = chain.ends(batch_id)
    assert len(ends) == 10
    assert {len(kinds) for kinds in ends.values()} == {1}
    cancelled = {document_id for (document_id, _), kinds in ends.items() if kinds == {"document.cancelled"}}
    assert cancelled <= set(chosen)
    assert (batch["completed"], batch["cancelled"]) == (10 - len(cancelled), len(cancelled))
    assert batch["status"] == ("partially_completed" if cancelled else "completed")


async def test_cancelling_a_document_again_changes_nothing_and_is_logged_once(chain: Chain):
    async with chain.paused("extractor"):
        batch_id = await chain.submit(6)
        document_id = (await documents_of(chain, batch_id))[-1]
        answers = await asyncio.gather(*(chain.client.post(f"/api/documents/{document_id}/cancel") for _ in range(8)))
    await chain.ended(batch_id)

    assert {answer.status_code for answer in answers} == {202}
    log = (await chain.client.get(f"/api/audit?batch_id={batch_id}")).json()["items"]
    assert [(entry["action"], entry["details"].get("document_id")) for entry in log] == [
        ("document.cancel", str(document_id)),
        ("batch.submit", None),
    ]


async def test_a_document_that_has_ended_cannot_be_cancelled(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    (document_id,) = await documents_of(chain, batch_id)

    answer = await chain.client.post(f"/api/documents/{document_id}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "document_has_ended")


async def test_a_cancelled_document_can_be_retried_and_completes(chain: Chain):
    async with chain.paused("extractor"):
        batch_id = await chain.submit(4)
        document_id = (await documents_of(chain, batch_id))[-1]
        assert (await chain.client.post(f"/api/documents/{document_id}/cancel")).status_code == 202
        await until(lambda: _first_cancelled(chain, batch_id))
    await chain.ended(batch_id)

    answer = await chain.client.post(f"/api/documents/{document_id}/retry")
    await completions(chain, batch_id, 2)

    assert (answer.status_code, answer.json()["generation"]) == (202, 2)
    assert (await chain.ended(batch_id))["status"] == "completed"


async def test_a_completed_document_is_read_again_with_another_prompt_only(chain: Chain):
    batch_id = await chain.submit(2)
    await chain.ended(batch_id)
    first, other = await documents_of(chain, batch_id)

    plain = await chain.client.post(f"/api/documents/{first}/retry")
    otherwise = await chain.client.post(f"/api/documents/{first}/retry", json={"prompt": "Only the total."})
    await completions(chain, batch_id, 2)

    assert (plain.json()["code"], otherwise.status_code) == ("already_completed", 202)
    generations = [
        (await chain.client.get(f"/api/documents/{id_}/result")).json()["generation"] for id_ in (first, other)
    ]
    assert generations == [2, 1]


@pytest.mark.parametrize("seed", range(5))
async def test_documents_deleted_at_a_random_moment_leave_nothing_and_their_batch_completes(chain: Chain, seed: int):
    batch_id = await chain.submit(8, export='{"format": "json"}')
    chosen = (await documents_of(chain, batch_id))[::4]
    await asyncio.sleep(random.Random(seed).uniform(0, 0.8))

    answers = [await chain.client.delete(f"/api/documents/{document_id}") for document_id in chosen]
    at_once = [(await chain.client.get(f"/api/files/{document_id}")).status_code for document_id in chosen]
    (completed,) = await completions(chain, batch_id)
    for document_id in chosen:
        await erased(chain, document_id)

    assert {answer.status_code for answer in answers} == {204}
    assert set(at_once) == {404}
    batch = await chain.batch(batch_id)
    assert (batch["status"], batch["total_documents"], batch["completed"], batch["total_files"]) == (
        "completed",
        6,
        6,
        8,
    )
    assert completed.total + completed.deleted == 8
    ends = chain.ends(batch_id)
    assert len(ends) == 8
    assert {len(kinds) for kinds in ends.values()} == {1}
    objects = await objects_of(chain, f"batches/{chain.tenant}/{batch_id}/", f"results/{chain.tenant}/{batch_id}/")
    assert not [key for key in objects if any(str(document_id) in key for document_id in chosen)]


async def test_a_deleted_document_is_out_of_every_list_and_export(chain: Chain):
    batch_id = await chain.submit(3)
    await chain.ended(batch_id)
    export = await an_export(chain, batch_id)
    gone, *rest = await documents_of(chain, batch_id)
    before = (await chain.client.get("/api/usage")).json()

    await chain.client.delete(f"/api/documents/{gone}")
    await until(lambda: _hidden(chain, gone))
    await erased(chain, gone)

    listed = (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]
    results = (await chain.client.get(f"/api/results?batch_id={batch_id}")).json()["items"]
    old_export = await chain.client.get(f"/api/exports/{export}")
    new_export = (await chain.client.get(f"/api/exports/{await an_export(chain, batch_id)}/download")).json()
    assert {item["id"] for item in listed} == {str(id_) for id_ in rest}
    assert {item["document_id"] for item in results} == {str(id_) for id_ in rest}
    assert old_export.status_code == 404
    assert {item["document_id"] for item in new_export} == {str(id_) for id_ in rest}
    assert (await chain.client.get("/api/usage")).json() == before


async def test_no_event_of_a_deleted_document_brings_it_back(chain: Chain):
    batch_id = await chain.submit(2)
    await chain.ended(batch_id)
    gone, _ = await documents_of(chain, batch_id)
    await chain.client.delete(f"/api/documents/{gone}")
    await erased(chain, gone)

    await chain.hear(*(event for event in chain.said if event.batch_id == batch_id))
    await chain.client.post(f"/api/batches/{batch_id}/retell")
    await asyncio.sleep(1)

    batch = await chain.batch(batch_id)
    assert await left_of(chain, gone) == []
    assert (batch["status"], batch["total_documents"]) == ("completed", 1)


async def test_a_batch_whose_failed_document_is_deleted_is_completed(chain: Chain):
    files = [("files", ("good.pdf", an_invoice())), ("files", ("bad.txt", b"no document"))]
    body = (await chain.client.post("/api/batches", files=files, data={"strategy": "auto"})).json()
    batch_id = UUID(body["id"])
    assert (await chain.ended(batch_id))["status"] == "partially_completed"

    await chain.client.delete(f"/api/documents/{body['files'][1]['document_id']}")

    async def look() -> dict[str, Any] | None:
        batch = await chain.batch(batch_id)
        return batch if batch["status"] == "completed" else None

    batch = await until(look)
    assert (batch["failed"], batch["total_documents"]) == (0, 1)


async def test_a_document_of_nobody_cannot_be_steered(chain: Chain):
    address = f"/api/documents/{UUID(int=7)}"
    answers = [
        await chain.client.post(f"{address}/cancel"),
        await chain.client.post(f"{address}/retry"),
        await chain.client.delete(address),
    ]

    assert {answer.status_code for answer in answers} == {404}


async def an_export(chain: Chain, batch_id: UUID) -> str:
    wish = {"batch_id": str(batch_id), "format": "json"}
    export = str((await chain.client.post("/api/exports", json=wish)).json()["id"])

    async def ready() -> bool | None:
        return (await chain.client.get(f"/api/exports/{export}")).json()["status"] == "ready" or None

    await until(ready)
    return export


async def _first_cancelled(chain: Chain, batch_id: UUID) -> bool | None:
    return bool(chain.heard(batch_id, "document.cancelled")) or None


async def _hidden(chain: Chain, document_id: UUID) -> bool | None:
    paths = (f"/api/documents/{document_id}", f"/api/results/{document_id}", f"/api/documents/{document_id}/pages")
    return {(await chain.client.get(path)).status_code for path in paths} == {404} or None
