"""The aggregator's API on a real database: what a tenant reads, in pages, and what it never reads."""

from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest

from shared.errors import Category, DocumentError, Stage
from tests.integration.aggregating import of
from tests.integration.aggregator_api import Api
from tests.makers import (
    a_batch_created,
    a_document_classified,
    a_document_extracted,
    a_document_failed,
)


async def test_a_batch_shows_its_counts_and_why_documents_failed(api: Api):
    batch = api.batch(3, metadata={"case": 7})
    error = DocumentError.of(Category.OCR_FAILED, Stage.CLASSIFY, "Unreadable.", attempts=4)
    await api.hear(
        batch, a_document_extracted(**of(batch), needs_review=True), a_document_failed(**of(batch, 1), error=error)
    )

    body = (await api.get(f"/api/batches/{batch.batch_id}")).json()

    assert (body["status"], body["total_files"], body["completed"], body["failed"], body["queued"]) == (
        *("processing", 3, 1, 1, 1),
    )
    assert (body["pages"], body["pages_done"], body["needs_review"], body["metadata"]) == (3, 1, 1, {"case": 7})
    assert body["top_error_types"] == [{"category": "ocr_failed", "count": 1}]
    assert (body["error_rate_percentage"], body["max_retries"]) == (33.33, 3)


async def test_batches_come_newest_first_in_pages_that_overlap_nowhere(api: Api):
    first = api.batch()
    batches = [first, *(api.batch(time=first.time + timedelta(seconds=index // 2)) for index in range(6))]
    await api.hear(*batches)
    seen, cursor = [], ""
    while cursor is not None:
        page = (await api.get(f"/api/batches?limit=3{cursor and '&cursor=' + cursor}")).json()
        seen += page["items"]
        cursor = page["next_cursor"]

    assert len({item["id"] for item in seen}) == len(seen) == 7
    assert [item["created_at"] for item in seen] == sorted((item["created_at"] for item in seen), reverse=True)


async def test_batches_are_found_by_status_and_by_part_of_the_name(api: Api):
    done, other = api.batch(name="March 100%"), api.batch(name="April")
    await api.hear(done, other, a_document_extracted(**of(done)))

    by_status = (await api.get("/api/batches?status=completed&status=failed")).json()["items"]
    by_name = (await api.get("/api/batches?q=100%25")).json()["items"]

    assert [item["id"] for item in by_status] == [item["id"] for item in by_name] == [str(done.batch_id)]


async def test_documents_come_in_the_order_they_were_handed_in(api: Api):
    batch = api.batch(5)
    await api.hear(batch)
    seen, cursor = [], ""
    while cursor is not None:
        page = (
            await api.get(f"/api/batches/{batch.batch_id}/documents?limit=2{cursor and '&cursor=' + cursor}")
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [str(file.document_id) for file in batch.files]


async def test_a_document_tells_its_story(api: Api):
    batch = api.batch()
    error = DocumentError.of(Category.INVALID_OUTPUT, Stage.EXTRACT, "It did not fit.", attempts=2)
    await api.hear(batch, a_document_failed(**of(batch), error=error), a_document_classified(**of(batch)))

    body = (await api.get(f"/api/documents/{batch.files[0].document_id}")).json()

    assert (body["status"], body["stage"], body["document_type"]) == ("failed", "extract", "invoice")
    assert body["error"]["advice"] == error.advice
    assert {(step["what"], step["stage"], step["attempt"]) for step in body["timeline"]} == {
        ("classified", "classify", None),
        ("failed", "extract", 2),
    }


@pytest.mark.parametrize(
    "path", ["/api/batches/{batch}", "/api/batches/{batch}/documents", "/api/documents/{document}"]
)
async def test_what_belongs_to_another_tenant_is_not_there(api: Api, path: str):
    batch = api.batch()
    await api.hear(batch)
    address = path.format(batch=batch.batch_id, document=batch.files[0].document_id)

    assert (await api.get(address)).status_code == 200
    assert (await api.get(address, tenant=uuid4())).status_code == 404


async def test_another_tenants_list_is_empty(api: Api):
    await api.hear(api.batch())

    body = (await api.get("/api/batches", tenant=uuid4())).json()

    assert body == {"items": [], "next_cursor": None, "total": 0, "search_cut": False}


async def test_an_unchanged_batch_is_not_sent_again(api: Api):
    batch = api.batch()
    await api.hear(batch)
    etag = (await api.get(f"/api/batches/{batch.batch_id}")).headers["etag"]

    assert (await api.get(f"/api/batches/{batch.batch_id}", if_none_match=etag)).status_code == 304

    await api.hear(a_document_classified(**of(batch)))
    assert (await api.get(f"/api/batches/{batch.batch_id}", if_none_match=etag)).status_code == 200


@pytest.mark.parametrize("path", ["", "/documents"])
async def test_a_batch_not_heard_of_yet_is_fetched_from_ingest_with_the_callers_token(api: Api, path: str):
    batch = api.batch()
    api.ingest_answers = lambda _: httpx2.Response(200, content=batch.to_bytes())

    answer = await api.get(f"/api/batches/{batch.batch_id}{path}")

    assert answer.status_code == 200
    assert [str(request.url) for request in api.asked] == [f"http://ingest/internal/batches/{batch.batch_id}"]
    assert api.asked[0].headers["authorization"] == f"Bearer {api.tenant}"


async def test_documents_heard_before_their_batch_wait_for_it(api: Api):
    batch = api.batch()
    await api.hear(a_document_extracted(**of(batch)))
    api.ingest_answers = lambda _: httpx2.Response(200, content=batch.to_bytes())

    assert (await api.get("/api/batches")).json()["items"] == []
    assert (await api.get(f"/api/batches/{batch.batch_id}")).json()["status"] == "completed"


async def test_a_batch_that_ingest_does_not_know_is_not_there(api: Api):
    assert (await api.get(f"/api/batches/{uuid4()}")).status_code == 404


async def test_a_batch_that_is_still_open_says_where_to_look(api: Api):
    api.ingest_answers = lambda _: httpx2.Response(409)
    batch_id = uuid4()
    answer = await api.get(f"/api/batches/{batch_id}")

    assert (answer.status_code, answer.json()["code"]) == (409, "batch_is_open")
    assert answer.json()["uploads"] == f"/api/batches/{batch_id}/uploads"


async def test_while_ingest_is_away_nobody_is_told_that_a_batch_does_not_exist(api: Api):
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("away", request=request)

    api.ingest_answers = away
    answer = await api.get(f"/api/batches/{uuid4()}")

    assert (answer.status_code, answer.json()["code"]) == (503, "batch_status_unavailable")
    assert answer.json()["retryable"] is True


@pytest.mark.parametrize("status", [401, 500])
async def test_trouble_at_ingest_is_no_answer_about_the_batch(api: Api, status: int):
    api.ingest_answers = lambda _: httpx2.Response(status)

    assert (await api.get(f"/api/batches/{uuid4()}")).status_code == 503


async def test_an_answer_about_another_tenants_batch_is_not_believed(api: Api):
    batch = a_batch_created(tenant_id=uuid4())
    api.ingest_answers = lambda _: httpx2.Response(200, content=batch.to_bytes())

    assert (await api.get(f"/api/batches/{batch.batch_id}")).status_code == 503


@pytest.mark.parametrize(
    "query", ["limit=201", "limit=0", "cursor=nonsense", "status=unheard-of", "status=pending_upload"]
)
async def test_a_question_that_makes_no_sense_is_told_so(api: Api, query: str):
    assert (await api.get(f"/api/batches?{query}")).status_code == 422
