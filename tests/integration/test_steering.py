"""Cancel and retry against running work: each pair ends exactly once, whatever happens when."""

import asyncio
import random
from collections import Counter
from uuid import UUID, uuid4

import pytest

from tests.integration.chain import Chain, until


async def pairs_of(chain: Chain, batch_id: UUID) -> list[tuple[UUID, int]]:
    found = await chain.ask("ingest", "SELECT document_id FROM documents WHERE batch_id = $1", batch_id)
    return [(row.document_id, 1) for row in found]


@pytest.mark.parametrize("seed", range(6))
async def test_a_batch_cancelled_at_a_random_moment_ends_with_one_terminal_event_a_pair(chain: Chain, seed: int):
    batch_id = await chain.submit(15)
    await asyncio.sleep(random.Random(seed).uniform(0, 0.6))

    answer = await chain.client.post(f"/api/batches/{batch_id}/cancel")
    batch = await chain.ended(batch_id)

    assert answer.status_code in {202, 409}
    ends = chain.ends(batch_id)
    assert set(ends) == set(await pairs_of(chain, batch_id))
    assert {len(kinds) for kinds in ends.values()} == {1}
    counted = Counter(kind for kinds in ends.values() for kind in kinds)
    assert (batch["completed"], batch["cancelled"]) == (counted["document.extracted"], counted["document.cancelled"])
    assert batch["status"] == ("cancelled" if batch["cancelled"] else "completed")


async def test_results_are_those_of_the_documents_that_were_not_cancelled(chain: Chain):
    batch_id = await chain.submit(12)
    await until(lambda: _first_result(chain, batch_id))
    await chain.client.post(f"/api/batches/{batch_id}/cancel")
    batch = await chain.ended(batch_id)

    results = (await chain.client.get(f"/api/results?batch_id={batch_id}&limit=200")).json()["items"]

    assert len(results) == batch["completed"]


async def test_cancelling_again_changes_nothing(chain: Chain):
    async with chain.paused("extractor"):
        batch_id = await chain.submit(5)
        answers = await asyncio.gather(*(chain.client.post(f"/api/batches/{batch_id}/cancel") for _ in range(10)))
        await chain.ended(batch_id)
    again = await chain.client.post(f"/api/batches/{batch_id}/cancel")

    assert {answer.status_code for answer in [*answers, again]} == {202}
    assert len({event.id for event in chain.heard(batch_id, "batch.cancel_requested")}) == 1
    assert len({event.id for event in chain.heard(batch_id, "batch.completed")}) == 1


async def test_a_batch_that_has_ended_cannot_be_cancelled(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)

    answer = await chain.client.post(f"/api/batches/{batch_id}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "batch_has_ended")


async def test_ten_retries_at_once_open_one_generation(chain: Chain):
    async with chain.paused("extractor"):
        batch_id = await chain.submit(3)
        await chain.client.post(f"/api/batches/{batch_id}/cancel")
        assert (await chain.ended(batch_id))["cancelled"] == 3

    answers = await asyncio.gather(*(chain.client.post(f"/api/batches/{batch_id}/retry") for _ in range(10)))
    await until(lambda: _completions(chain, batch_id, 2))

    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 9}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"nothing_to_retry"}
    assert (await chain.ended(batch_id))["status"] == "completed"
    assert [event.generation for event in chain.heard(batch_id, "batch.completed")] == [1, 2]


async def test_a_rerun_reads_completed_documents_with_another_prompt_and_without_ocr(chain: Chain):
    batch_id = await chain.submit(2, export='{"format": "json"}')
    await chain.ended(batch_id)
    schema = {"type": "object", "properties": {"invoice_number": {"type": ["string", "null"]}}}

    answer = await chain.client.post(
        f"/api/batches/{batch_id}/retry", json={"prompt": "Only the number.", "json_schema": schema}
    )
    await until(lambda: _completions(chain, batch_id, 2))

    results = (await chain.client.get(f"/api/results?batch_id={batch_id}")).json()["items"]
    exports = await until(lambda: _ready_exports(chain, batch_id, 2))
    keys = [event.pages_key for event in chain.heard(batch_id, "document.classified")]  # type: ignore[attr-defined]  # events of one type
    assert answer.json()["generation"] == 2
    assert [set(item["result"]["data"]) for item in results] == [{"invoice_number"}] * 2
    assert {item["generation"] for item in results} == {2}
    assert len(exports) == 2
    assert len(keys) == 4
    assert len(set(keys)) == 2


async def test_a_late_success_of_the_first_generation_changes_nothing_after_a_retry(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    (first,) = chain.heard(batch_id, "document.extracted")
    await chain.client.post(f"/api/batches/{batch_id}/retry", json={"prompt": "Read it again."})
    await until(lambda: _completions(chain, batch_id, 2))
    before = [await chain.batch(batch_id), (await chain.client.get(f"/api/results?batch_id={batch_id}")).json()]

    await chain.hear(first, by=("ingest", "aggregator", "exporter"))

    after = [await chain.batch(batch_id), (await chain.client.get(f"/api/results?batch_id={batch_id}")).json()]
    assert [before[0]["completed"], before[1]] == [after[0]["completed"], after[1]]
    assert len(chain.heard(batch_id, "batch.completed")) == 2


async def test_a_refused_file_is_not_retryable_and_said_to_be(chain: Chain):
    files = [("files", ("good.pdf", b"")), ("files", ("bad.txt", b"no document"))]
    answer = await chain.client.post("/api/batches", files=files, data={"strategy": "auto"})
    body = answer.json()
    await chain.ended(UUID(body["id"]))

    named = await chain.client.post(
        f"/api/batches/{body['id']}/retry", json={"document_ids": [body["files"][1]["document_id"]]}
    )
    unnamed = await chain.client.post(f"/api/batches/{body['id']}/retry")

    assert [named.json()["code"], unnamed.json()["code"]] == ["not_retryable", "nothing_to_retry"]


async def test_what_another_tenant_steers_does_not_exist(chain: Chain):
    answers = [
        await chain.client.post(f"/api/batches/{uuid4()}/cancel"),
        await chain.client.post(f"/api/batches/{uuid4()}/retry"),
        await chain.client.delete(f"/api/batches/{uuid4()}"),
    ]

    assert {answer.status_code for answer in answers} == {404}


async def test_who_steered_is_in_the_audit_log(chain: Chain):
    async with chain.paused("extractor"):
        batch_id = await chain.submit(2)
        await chain.client.post(f"/api/batches/{batch_id}/cancel")
        await chain.ended(batch_id)
    await chain.client.post(f"/api/batches/{batch_id}/retry")

    log = (await chain.client.get(f"/api/audit?batch_id={batch_id}")).json()["items"]

    acts = ["batch.retry", "batch.cancel", "batch.submit"]
    assert [(entry["user"], entry["action"]) for entry in log] == [("ada", act) for act in acts]


async def _first_result(chain: Chain, batch_id: UUID) -> bool | None:
    return bool(chain.heard(batch_id, "document.extracted")) or None


async def _completions(chain: Chain, batch_id: UUID, count: int) -> bool | None:
    return len(chain.heard(batch_id, "batch.completed")) >= count or None


async def _ready_exports(chain: Chain, batch_id: UUID, count: int) -> list[object] | None:
    items = (await chain.client.get(f"/api/exports?batch_id={batch_id}")).json()["items"]
    return items if [item["status"] for item in items] == ["ready"] * count else None
