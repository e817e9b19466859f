"""Previews: through the same chain, seen by nobody else, not charged, gone in the end."""

from typing import Any
from uuid import UUID

from services.ingest.erasure import erase_deleted
from services.ingest.preview_ends import expire_previews
from shared.db import run_sql
from tests.integration.chain import Chain, an_invoice, until
from tests.integration.ingest_process import metadata
from tests.integration.test_deleting import NOW, objects_of

SCHEMA = {"type": "object", "properties": {"invoice_number": {"type": ["string", "null"]}}}


async def come(chain: Chain, preview_id: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        preview = dict((await chain.client.get(f"/api/previews/{preview_id}")).json())
        return preview if preview["status"] == "completed" else None

    return await until(look)


async def with_turns(chain: Chain) -> None:
    """Other tests of this tenant have taken their turns."""
    async with chain.db("ingest").transaction() as tx:
        await run_sql(tx, "DELETE FROM turns WHERE tenant_id = $1", chain.tenant)


async def of_files(chain: Chain, *files: bytes, **fields: str) -> Any:
    await with_turns(chain)
    parts = [("files", (f"{number}.pdf", file)) for number, file in enumerate(files)]
    return await chain.client.post("/api/previews/files", files=parts, data={"strategy": "auto"} | fields)


async def test_a_prompt_is_tried_on_files_and_shows_result_tokens_and_cost(chain: Chain):
    usage = (await chain.client.get("/api/usage")).json()
    answer = await of_files(chain, an_invoice(), an_invoice())
    preview = await come(chain, answer.json()["id"])

    assert answer.status_code == 202, answer.text
    assert [document["status"] for document in preview["documents"]] == ["completed"] * 2
    assert all(document["result"]["data"]["total_amount"] == 12.5 for document in preview["documents"])
    assert preview["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    assert (await chain.client.get("/api/usage")).json() == usage


async def test_stored_documents_are_tried_in_the_order_named_with_another_schema(chain: Chain):
    batch_id = await chain.submit(2)
    await chain.ended(batch_id)
    ids = [item["id"] for item in (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]]
    await with_turns(chain)
    wish = {"document_ids": ids[::-1], "prompt": "Only the number.", "json_schema": SCHEMA}

    answer = await chain.client.post("/api/previews", json=wish)
    preview = await come(chain, answer.json()["id"])

    assert [document["file_name"] for document in preview["documents"]] == ["1.pdf", "0.pdf"]
    assert all(set(document["result"]["data"]) == {"invoice_number"} for document in preview["documents"])
    kept = (await chain.client.get(f"/api/results/{ids[0]}")).json()
    assert "total_amount" in kept["result"]["data"]


async def test_uploads_of_an_open_batch_are_tried_before_it_is_submitted(chain: Chain):
    file = an_invoice()
    asked = {"files": [{"file_name": "a.pdf", "size": len(file)}], "strategy": "auto"}
    batch_id = (await chain.client.post("/api/batches/open", json=asked)).json()["id"]
    upload_id = await an_upload(chain, batch_id, file)
    await with_turns(chain)

    preview = await come(
        chain,
        (await chain.client.post("/api/previews", json={"document_ids": [upload_id], "strategy": "auto"})).json()["id"],
    )
    submitted = await chain.client.post(f"/api/batches/{batch_id}/submit")

    assert preview["documents"][0]["result"]["data"]["total_amount"] == 12.5
    assert submitted.status_code == 202
    assert (await chain.ended(UUID(batch_id)))["status"] == "completed"


async def test_nobody_else_hears_of_a_preview(chain: Chain):
    preview_id = (await of_files(chain, an_invoice())).json()["id"]
    (document,) = (await come(chain, preview_id))["documents"]

    for name, tables in {
        "aggregator": ("batches", "documents", "timeline", "live_log"),
        "exporter": ("export_batches", "export_documents"),
        "notifier": ("notices", "deliveries"),
    }.items():
        for table in tables:
            column = "document_id" if table == "timeline" else "batch_id"
            wanted = document["document_id"] if table == "timeline" else preview_id
            assert not await chain.ask(name, f"SELECT 1 FROM {table} WHERE {column} = $1", wanted), table
    answers = [
        await chain.client.get(f"/api/batches/{preview_id}"),
        await chain.client.get(f"/api/documents/{document['document_id']}"),
        await chain.client.post(f"/api/batches/{preview_id}/retry"),
        await chain.client.post(f"/api/batches/{preview_id}/cancel"),
        await chain.client.delete(f"/api/documents/{document['document_id']}"),
    ]
    assert {answer.status_code for answer in answers} == {404}


async def test_the_pages_of_a_preview_can_be_looked_at_and_a_prompt_suggested(chain: Chain):
    preview_id = (await of_files(chain, an_invoice())).json()["id"]
    (document,) = (await come(chain, preview_id))["documents"]

    image = await chain.client.get(f"/api/documents/{document['document_id']}/pages/1/image?width=160")
    suggestion = await chain.client.post("/api/prompts/suggest", json={"document_id": document["document_id"]})
    templates = (await chain.client.get("/api/prompts")).json()["items"]

    body = suggestion.json()
    invoice = next(template for template in templates if template["code"] == "invoice")
    assert (image.status_code, image.headers["content-type"]) == (200, "image/jpeg")
    assert (body["document_type"], body["by"], body["labels"]) == ("invoice", "local", ["Invoice no", "Date", "Total"])
    assert body["prompt"].startswith(invoice["prompt"])


async def test_a_preview_is_not_reviewed(chain: Chain):
    preview_id = (await of_files(chain, an_invoice())).json()["id"]
    (document,) = (await come(chain, preview_id))["documents"]

    review = {"generation": 1, "version": 1, "approve": True}
    answer = await chain.client.post(f"/api/documents/{document['document_id']}/review", json=review)

    assert (answer.status_code, answer.json()["code"]) == (409, "is_a_preview")


async def test_a_refused_file_a_fourth_one_and_an_unknown_document_are_told(chain: Chain):
    broken = await of_files(chain, b"%PDF-1.7 broken")
    many = await of_files(chain, *(an_invoice() for _ in range(4)))
    unknown = await chain.client.post("/api/previews", json={"document_ids": [str(UUID(int=3))]})

    assert [(answer.status_code, answer.json()["code"]) for answer in (broken, many, unknown)] == [
        (422, "unreadable"),
        (413, "too_many_files"),
        (404, "not_found"),
    ]


async def test_a_tenant_has_so_many_previews_a_minute(chain: Chain):
    await with_turns(chain)
    wish = {"document_ids": [str(UUID(int=3))]}

    answers = [await chain.client.post("/api/previews", json=wish) for _ in range(7)]

    assert [answer.status_code for answer in answers] == [404] * 6 + [429]
    assert answers[-1].headers["retry-after"]


async def test_a_dropped_or_expired_preview_leaves_nothing(chain: Chain):
    dropped, expired = [(await of_files(chain, an_invoice())).json()["id"] for _ in range(2)]
    await come(chain, expired)
    answer = await chain.client.delete(f"/api/previews/{dropped}")
    again = await chain.client.delete(f"/api/previews/{dropped}")
    ingest = chain.services["ingest"]
    async with ingest.db.transaction() as tx:
        await run_sql(tx, "UPDATE batches SET expires_at = now() WHERE batch_id = $1", UUID(expired))
    async with ingest.db.transaction() as tx:
        await expire_previews(tx)
    ingest.bell.ring()

    async def gone() -> bool | None:
        await erase_deleted(ingest.db, ingest.storage, grace=NOW)
        ingest.bell.ring()
        left = [
            await chain.ask(
                name, f"SELECT 1 FROM {table} WHERE batch_id = ANY($1::uuid[])", [UUID(dropped), UUID(expired)]
            )
            for name, table in (
                ("ingest", "documents"),
                ("ingest", "preview_ends"),
                ("classifier", "jobs"),
                ("extractor", "jobs"),
                ("extractor", "extractions"),
            )
        ]
        return not any(left) or None

    await until(gone)
    assert (answer.status_code, again.status_code) == (204, 204)
    assert (await chain.client.get(f"/api/previews/{expired}")).status_code == 404
    assert await objects_of(chain, *(f"batches/{chain.tenant}/{id_}/" for id_ in (dropped, expired))) == []


async def an_upload(chain: Chain, batch_id: str, file: bytes) -> str:
    answer = await chain.client.post(
        "/api/uploads",
        headers={
            "tus-resumable": "1.0.0",
            "upload-length": str(len(file)),
            "content-type": "application/offset+octet-stream",
        }
        | metadata(batch_id=batch_id, position="0", filename="a.pdf"),
        content=file,
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]
