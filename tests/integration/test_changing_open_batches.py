"""Open batches change what they ask for, tell their pages before they are submitted, and their prompts afterwards."""

from pathlib import Path

from tests.integration.ingest_process import Tenant

INVOICE, LETTER = Path("samples/invoice-english.pdf"), Path("samples/letter.pdf")
SIZES = {INVOICE: INVOICE.stat().st_size, LETTER: LETTER.stat().st_size}


async def test_an_open_batch_may_change_its_mind_until_it_is_submitted(tenant: Tenant):
    batch = await tenant.open_batch(INVOICE)
    await tenant.send(INVOICE, batch)
    files = [{"file_name": file.name, "size": size} for file, size in SIZES.items()]
    wish = {"name": "March", "strategy": "global", "prompt": "The total", "files": files}
    changed = (await tenant.client.put(f"/api/batches/{batch}/open", json=wish)).json()
    assert (changed["name"], changed["wish"]["prompt"]) == ("March", "The total")
    assert [file["state"] for file in changed["files"]] == ["complete", "missing"]

    submitted = await tenant.client.post(f"/api/batches/{batch}/submit", json={"only_complete": True})
    late = await tenant.client.put(f"/api/batches/{batch}/open", json=wish)

    assert submitted.status_code == 202
    assert (late.status_code, late.json()["code"]) == (409, "batch_not_open")


async def test_a_batch_tells_what_its_documents_were_asked(tenant: Tenant):
    batch = await tenant.open_batch(INVOICE)
    await tenant.send(INVOICE, batch)
    wish = {"strategy": "global", "prompt": "The total", "files": [{"file_name": "a.pdf", "size": 1}]}
    await tenant.client.put(f"/api/batches/{batch}/open", json=wish)
    await tenant.client.post(f"/api/batches/{batch}/submit", json={"only_complete": True})

    asked = (await tenant.client.get(f"/api/batches/{batch}/prompts")).json()["items"]

    assert [(one["strategy"], one["prompt"], len(one["document_ids"])) for one in asked] == [("global", "The total", 1)]


async def test_an_open_batch_tells_its_pages_before_it_is_submitted(tenant: Tenant, tmp_path: Path):
    note = tmp_path / "note.txt"
    note.write_text("no document at all")
    batch = await tenant.open_batch()
    for file in (INVOICE, note):
        await tenant.send(file, batch)

    look = (await tenant.client.post(f"/api/batches/{batch}/submit?dry_run=true")).json()

    assert (look["pages"], {file["file_name"]: file["status"] for file in look["files"]}) == (
        1,
        {INVOICE.name: "accepted", "note.txt": "refused"},
    )
    assert (await tenant.uploads(batch))["status"] == "pending_upload"


async def test_prompts_of_a_batch_that_is_not_there_are_not_found(tenant: Tenant):
    answer = await tenant.client.get("/api/batches/5bbc765e-a813-41bb-8012-a25d7000abc9/prompts")

    assert answer.status_code == 404
