"""The API of a running system, as its users meet it."""

import asyncio
import io
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest
from PIL import Image

from ingestio.home import Home
from services.ingest.tenants import ensure_tenant
from shared.db import Database
from shared.migrations import url_of
from tests.e2e.conftest import System, wait_for

SAMPLES = Path("samples")
INVOICE = SAMPLES / "invoice-english.pdf"


def upload(client: httpx2.Client, *files: Path, key: str | None = None, **fields: str) -> httpx2.Response:
    parts = [("files", (file.name, file.read_bytes())) for file in files]
    headers = {"idempotency-key": key} if key else {}
    return client.post("/api/batches", files=parts, data=fields, headers=headers)


def photographs(receipt: Path, count: int, folder: Path) -> list[Path]:
    """The same receipt, small, each time saved anew: other bytes, same paper."""
    picture = Image.open(receipt).convert("RGB").reduce(2)
    files = [folder / f"receipt-{number}.jpg" for number in range(count)]
    for number, file in enumerate(files):
        picture.save(file, quality=80 + number)
    return files


@pytest.fixture(scope="module")
def stranger(system: System) -> Iterator[httpx2.Client]:
    """Another tenant's client."""
    token = f"igt_{secrets.token_urlsafe(32)}"
    asyncio.run(_add_tenant(system.home, token))
    with system.http(token) as client:
        yield client


async def _add_tenant(home: Home, token: str) -> None:
    db = Database(
        url_of(
            (home.path / "postgres-url").read_text().strip(), "ingest", "worker", home.passwords()["ingest"]["worker"]
        )
    )
    await ensure_tenant(db, uuid4(), name=token[:12], plan="enterprise", token=token, user="eve", role="admin")
    await db.close()


def test_ten_receipts_in_one_batch_all_reach_completed(system: System, tmp_path: Path):
    files = photographs(SAMPLES / "receipt-cafe.png", 10, tmp_path)

    batch = system.finished(system.submit(*files, strategy="auto").id)

    assert (batch.status, batch.completed) == ("completed", 10)


def test_a_get_right_after_a_post_never_says_404(system: System):
    with system.http() as client:
        for _ in range(20):
            location = upload(client, INVOICE, strategy="auto").headers["location"]
            assert client.get(location).status_code == 200


def test_one_key_sent_by_many_at_once_makes_one_batch(system: System):
    key = uuid4().hex
    with system.http() as client, ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: upload(client, INVOICE, key=key), range(10)))
        made = [answer.json()["id"] for answer in answers if answer.status_code == 202]
        others = [answer.json()["code"] for answer in answers if answer.status_code != 202]
        again = upload(client, INVOICE, key=key)

    assert set(made) == {again.json()["id"]}
    assert set(others) <= {"idempotency_key_in_use"}


def test_the_same_key_with_another_body_is_refused(system: System):
    key = uuid4().hex
    with system.http() as client:
        upload(client, INVOICE, key=key)
        other = upload(client, SAMPLES / "letter.pdf", key=key)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_batch_of_which_no_file_is_good_is_told_so_file_by_file(system: System):
    with system.http() as client:
        answer = upload(client, SAMPLES / "broken-invoice.pdf", SAMPLES / "README.md")
        body = answer.json()

    assert answer.status_code == 422
    assert [file["error"]["category"] for file in body["files"]] == ["unreadable", "unsupported_type"]
    assert system.finished(UUID(body["id"])).status == "failed"


def test_good_files_go_on_when_others_are_refused(system: System):
    submitted = system.submit(INVOICE, INVOICE, SAMPLES / "broken-invoice.pdf", strategy="auto")

    batch = system.finished(submitted.id)

    assert [file.status for file in submitted.files] == ["accepted", "refused", "refused"]
    assert (batch.status, batch.completed, batch.failed) == ("partially_completed", 1, 2)


def test_under_per_document_a_file_without_a_prompt_fails_alone(system: System):
    submitted = system.submit(
        INVOICE, SAMPLES / "letter.pdf", strategy="per_document", prompts={INVOICE.name: "Read vendor and total."}
    )
    system.finished(submitted.id)

    errors = {d.file_name: d.error.category if d.error else None for d in system.client.documents(submitted.id)}

    assert errors == {INVOICE.name: None, "letter.pdf": "missing_prompt"}


def test_metadata_and_custom_ids_come_back(system: System):
    submitted = system.submit(INVOICE, metadata={"case": "K-7"}, custom_ids=["A-1"], strategy="auto")
    system.finished(submitted.id)

    with system.http() as client:
        assert client.get(f"/api/batches/{submitted.id}").json()["metadata"] == {"case": "K-7"}
        (document,) = client.get(f"/api/batches/{submitted.id}/documents").json()["items"]
        (result,) = client.get("/api/results", params={"batch_id": str(submitted.id)}).json()["items"]

    assert document["custom_id"] == result["custom_id"] == "A-1"


def test_every_value_of_a_local_result_is_shown_on_its_page(system: System):
    submitted = system.submit(INVOICE, strategy="auto")
    system.finished(submitted.id)

    (read,) = system.client.results(submitted.id)

    assert read.result.provider == "local"
    assert read.result.fields["total_amount"].citations[0].page == 1


def test_the_file_comes_back_as_it_was_handed_in(system: System):
    (file,) = system.submit(INVOICE).files

    with system.http() as client:
        answer = client.get(f"/api/files/{file.document_id}")

    assert answer.content == INVOICE.read_bytes()
    assert "attachment" in answer.headers["content-disposition"]


def test_another_tenant_sees_nothing_of_it(system: System, stranger: httpx2.Client):
    submitted = system.submit(INVOICE, strategy="auto")
    system.finished(submitted.id)
    document = submitted.files[0].document_id
    export = system.client.export({"batch_id": str(submitted.id), "format": "csv"})

    paths = [
        f"/api/batches/{submitted.id}",
        f"/api/batches/{submitted.id}/documents",
        f"/api/documents/{document}",
        f"/api/files/{document}",
        f"/api/results/{document}",
        f"/api/exports/{export.id}",
        f"/api/exports/{export.id}/download",
        f"/internal/batches/{submitted.id}",
    ]

    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert stranger.get("/api/batches").json()["items"] == []
    assert stranger.get("/api/results", params={"batch_id": str(submitted.id)}).json()["items"] == []


@pytest.mark.parametrize("path", ["/api/batches", "/api/results", "/api/exports", "/api/document-types"])
def test_without_a_valid_token_nothing_is_answered(system: System, path: str):
    with system.http("igt_guessed") as client:
        answer = client.get(path, params={"batch_id": str(uuid4())})

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_form_that_is_cut_off_leaves_no_batch(system: System):
    with system.http() as client:
        before = client.get("/api/batches").json()["items"]
        body = io.BytesIO(b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-')
        answer = client.post(
            "/api/batches", content=body.read(), headers={"content-type": "multipart/form-data; boundary=x"}
        )
        after = client.get("/api/batches").json()["items"]

    assert (answer.status_code, answer.json()["code"]) == (400, "broken_form")
    assert len(before) == len(after)


def test_the_export_asked_for_at_creation_is_ready_with_the_batch(system: System):
    submitted = system.submit(INVOICE, strategy="auto", export={"format": "csv", "layout": "multi_row"})
    system.finished(submitted.id)

    export = wait_for(lambda: next(iter(system.client.exports_of(submitted.id)), None), within=30)

    assert export.format == "csv"
