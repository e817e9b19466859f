"""The status of a batch and the statistics, over HTTP on a real database."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from services.aggregator.handlers import on_batch_deleted
from shared.cloudevent import Took
from shared.db import rows
from shared.errors import Category, DocumentError, Stage
from shared.session_cookie import COOKIE
from tests.integration.aggregator_api import Api
from tests.makers import (
    a_batch_deleted,
    a_batch_retried,
    a_cancel_requested,
    a_document_classified,
    a_document_extracted,
    a_document_failed,
)


async def test_statistics_come_as_json_and_as_csv(api: Api):
    batch = api.batch()
    pair = {"tenant_id": api.tenant, "batch_id": batch.batch_id, "document_id": batch.files[0].document_id}
    await api.hear(batch, a_document_classified(**pair), a_document_extracted(**pair))

    found = (await api.get("/api/analytics")).json()
    lines = (await api.get("/api/analytics/csv?table=document_type")).text.splitlines()
    stages = (await api.get("/api/analytics/queue")).json()["stages"]
    queue = (await api.get("/api/analytics/queue/csv")).text.splitlines()

    assert (found["totals"]["completed"], found["interval"], len(found["over_time"])) == (1, "day", 8)
    assert (lines[0].split(",")[:2], lines[1].split(",")[:2]) == (["name", "documents"], ["invoice", "1"])
    assert [stage["totals"]["completed"] for stage in stages] == [1, 1]
    assert len(queue) == 1 + 2 * 8


async def test_statistics_of_all_tenants_are_for_operators_only(api: Api):
    assert (await api.get("/api/analytics/tenants")).status_code == 403
    assert (await api.get("/api/analytics/tenants/queue")).status_code == 403
    assert (await api.get("/api/analytics/tenants/csv")).status_code == 403


@pytest.mark.parametrize(
    "query", ["from=2026-11-02&to=2026-11-01", "from=2020-01-01", "interval=hour&from=2026-01-01&to=2026-06-01"]
)
async def test_a_range_that_makes_no_sense_is_told_so(api: Api, query: str):
    assert (await api.get(f"/api/analytics?{query}")).status_code == 422


async def ten_ended_two_seconds_apart(api: Api) -> None:
    done = api.batch(10)
    await api.hear(
        done,
        *(
            a_document_extracted(
                tenant_id=api.tenant,
                batch_id=done.batch_id,
                document_id=file.document_id,
                time=done.time - timedelta(seconds=2 * back),
            )
            for back, file in enumerate(done.files)
        ),
    )


async def test_a_batch_tells_when_it_will_be_done(api: Api):
    await ten_ended_two_seconds_apart(api)
    await api.hear(api.batch(4))

    (shown, _) = (await api.get("/api/batches?sort=-created_at")).json()["items"]

    assert (shown["queue_position"], shown["estimated_seconds_left"], shown["processed"]) == (1, 8, 0)


async def test_a_batch_that_is_not_handed_in_yet_is_told_what_it_would_take(api: Api):
    await ten_ended_two_seconds_apart(api)

    estimate = (await api.get("/api/analytics/estimate?documents=600")).json()

    assert estimate == {"position": 1, "seconds": 1200}
    assert (await api.get("/api/analytics/estimate?documents=0")).status_code == 422


async def test_a_batch_of_which_nothing_could_be_read_says_why(api: Api):
    batch = api.batch(1)
    error = DocumentError.of(Category.ENCRYPTED, Stage.INTAKE, "It needs a password.")
    pair = {"tenant_id": api.tenant, "batch_id": batch.batch_id, "document_id": batch.files[0].document_id}
    await api.hear(batch, a_document_failed(**pair, error=error))

    shown = (await api.get(f"/api/batches/{batch.batch_id}")).json()

    assert shown["error"] == "None of the 1 documents could be read. It needs a password."


async def test_retries_of_documents_that_were_read_in_the_end_are_told(api: Api):
    batch = api.batch(2)
    pair = {"tenant_id": api.tenant, "batch_id": batch.batch_id, "document_id": batch.files[0].document_id}
    took = (Took(stage=Stage.EXTRACT, waited=3.5, worked=1.25, attempts=3),)
    await api.hear(batch, a_document_extracted(**pair, took=took))

    shown = (await api.get(f"/api/batches/{batch.batch_id}")).json()
    (step,) = (await api.get(f"/api/documents/{pair['document_id']}")).json()["timeline"]

    assert shown["max_retries"] == 2
    assert (step["attempt"], step["waited_seconds"], step["worked_seconds"]) == (3, 3.5, 1.25)


async def test_a_version_that_is_on_its_way_is_waited_for(api: Api):
    batch = api.batch()
    await api.hear(batch)
    asking = asyncio.create_task(api.get(f"/api/batches/{batch.batch_id}?min_version=2"))
    await asyncio.sleep(0)
    await api.hear(
        a_batch_retried(tenant_id=api.tenant, batch_id=batch.batch_id, documents=(batch.files[0].document_id,))
    )

    assert (await asking).json()["generation"] == 2


async def test_a_version_that_does_not_come_is_waited_for_two_seconds_at_most(api: Api):
    batch = api.batch()
    await api.hear(batch)

    async with asyncio.timeout(20):
        answer = await api.get(f"/api/batches/{batch.batch_id}?min_version=9")

    assert answer.json()["generation"] == 1


async def test_what_the_live_log_holds_of_a_deleted_batch_is_that_it_is_deleted(api: Api):
    batch = api.batch()
    named = {"tenant_id": api.tenant, "batch_id": batch.batch_id}
    await api.hear(batch, a_document_extracted(**named, document_id=batch.files[0].document_id))
    await api.hear(a_cancel_requested(**named, deleting=True))
    async with api.db.transaction() as tx:
        await on_batch_deleted([a_batch_deleted(**named)], tx=tx)
        left = await rows(tx, "SELECT kind FROM live_log WHERE batch_id = $1", batch.batch_id)

    assert [row.kind for row in left] == ["batch.deleted"]


async def test_who_signed_in_by_the_page_sees_a_batch_that_is_not_heard_of_yet(api: Api):
    batch = api.batch()
    api.ingest_answers = lambda _: httpx2.Response(200, content=batch.to_bytes())
    cookie = {"cookie": f"{COOKIE}={api.tenant}", "sec-fetch-site": "same-origin"}

    answer = await api.client.get(f"/api/batches/{batch.batch_id}", headers=cookie)

    assert answer.status_code == 200, answer.text
    assert api.asked[0].headers["authorization"] == f"Bearer {api.tenant}"
