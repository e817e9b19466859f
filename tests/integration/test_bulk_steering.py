"""Batches renamed and reprioritised, and many things steered in one request."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.db import Database
from shared.jobs import claim
from shared.pairs import change_lanes, take_in
from shared.vocabulary import Priority
from tests.integration.chain import Chain, until
from tests.makers import a_batch_updated, a_document_classified


async def test_a_batch_gets_another_name_and_priority_everywhere(chain: Chain):
    batch_id = await chain.submit(2, name="Old")
    answer = await chain.client.patch(f"/api/batches/{batch_id}", json={"name": "New", "priority": "high"})
    await chain.client.patch(f"/api/batches/{batch_id}", json={"name": "Newer"})
    await chain.ended(batch_id)

    async def renamed() -> dict[str, Any] | None:
        batch = await chain.batch(batch_id)
        return batch if batch["name"] == "Newer" else None

    batch = await until(renamed)
    (created,) = chain.heard(batch_id, "batch.created")
    await chain.hear(created, by=("aggregator", "exporter"))
    (kept,) = await chain.ask("exporter", "SELECT name FROM export_batches WHERE batch_id = $1", batch_id)

    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert (batch["priority"], kept.name) == ("high", "Newer")
    assert (await chain.batch(batch_id))["name"] == "Newer"


async def test_what_waits_changes_its_lane_with_the_priority_of_its_batch(extractor_db: Database):
    batch_id = uuid4()
    arrivals = [a_document_classified(batch_id=batch_id, priority=Priority.LOW) for _ in range(3)]
    other = a_document_classified(priority=Priority.LOW)
    async with extractor_db.transaction() as tx:
        await take_in(tx, [*arrivals, other])
        await change_lanes([a_batch_updated(batch_id=batch_id, priority=Priority.HIGH)], tx=tx)
    jobs = await claim(extractor_db, worker=uuid4(), slots=4, idle=False, max_run=timedelta(minutes=1))

    assert {job.subject: job.priority for job in jobs} == {
        **{arrival.document_id: Priority.HIGH for arrival in arrivals},
        other.document_id: Priority.LOW,
    }


async def test_bulk_gives_every_item_its_verdict(chain: Chain):
    batches = [await chain.submit(1) for _ in range(2)]
    for batch_id in batches:
        await chain.ended(batch_id)
    unknown = UUID(int=9)
    wish = {"action": "rename", "name": "Together", "ids": [str(id_) for id_ in (*batches, unknown)]}

    verdict = (await chain.client.post("/api/batches/bulk", json=wish)).json()

    assert (verdict["matched"], verdict["done"], verdict["refused"]) == (3, 2, 1)
    assert [(item["done"], item["code"]) for item in verdict["items"]] == [
        (True, None),
        (True, None),
        (False, "not_found"),
    ]


async def test_bulk_means_all_that_match_a_filter(chain: Chain):
    batch_id = await chain.submit(5, metadata='{"run": "bulk"}')
    await chain.ended(batch_id)
    wish = {"action": "delete", "filter": {"batch_id": str(batch_id), "status": ["completed"]}}

    looked = (await chain.client.post("/api/documents/bulk", json=wish | {"dry_run": True})).json()
    verdict = (await chain.client.post("/api/documents/bulk", json=wish)).json()

    async def empty() -> bool | None:
        return (await chain.batch(batch_id))["total_documents"] == 0 or None

    await until(empty)
    again = (await chain.client.post("/api/documents/bulk", json=wish)).json()
    assert (looked["matched"], looked["items"]) == (5, [])
    assert (verdict["done"], verdict["refused"]) == (5, 0)
    assert again["matched"] == 0


async def test_bulk_reads_all_again_with_another_prompt(chain: Chain):
    batches = [await chain.submit(1) for _ in range(2)]
    for batch_id in batches:
        await chain.ended(batch_id)
    wish = {"action": "retry", "prompt": "The vendor only.", "ids": [str(id_) for id_ in batches]}

    verdict = (await chain.client.post("/api/batches/bulk", json=wish)).json()

    asked = [(await chain.client.get(f"/api/batches/{id_}/prompts")).json()["items"] for id_ in batches]
    assert (verdict["done"], verdict["refused"]) == (2, 0)
    assert all(any(item["prompt"] == "The vendor only." for item in items) for items in asked)


async def test_bulk_reads_some_documents_again_in_another_shape(chain: Chain):
    batch_id = await chain.submit(2)
    await chain.ended(batch_id)
    (document, _) = (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]
    wish = {"action": "retry", "json_schema": {"type": "object"}, "ids": [document["id"]]}

    verdict = (await chain.client.post("/api/documents/bulk", json=wish)).json()
    generations = await chain.ask("ingest", "SELECT generation FROM documents WHERE batch_id = $1", batch_id)

    assert verdict["done"] == 1
    assert sorted(row.generation for row in generations) == [1, 2]


@pytest.mark.parametrize(
    ("what", "wish"),
    [
        ("batches", {"action": "cancel", "prompt": "Again."}),
        ("documents", {"action": "delete", "strategy": "auto"}),
        ("documents", {"action": "retry", "json_schema": {"type": "nonsense"}}),
    ],
    ids=str,
)
async def test_bulk_is_refused_when_it_cannot_be_read_so(chain: Chain, what: str, wish: dict[str, Any]):
    answer = await chain.client.post(f"/api/{what}/bulk", json=wish | {"ids": [str(UUID(int=1))]})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_bulk_is_refused_when_it_names_nothing_or_lacks_what_it_needs(chain: Chain):
    answers = [
        await chain.client.post("/api/batches/bulk", json={"action": "cancel"}),
        await chain.client.post("/api/batches/bulk", json={"action": "rename", "ids": [str(UUID(int=1))]}),
    ]

    assert {answer.status_code for answer in answers} == {422}


async def test_a_member_steers_its_own_and_is_refused_the_others(chain: Chain):
    theirs = await chain.submit(1)
    await chain.ended(theirs)
    token = (await chain.client.post("/api/tokens", json={"user": "bob", "role": "member"})).json()["secret"]
    as_bob = {"authorization": f"Bearer {token}"}
    (document,) = (await chain.client.get(f"/api/batches/{theirs}/documents")).json()["items"]

    bulk = {"action": "delete", "ids": [str(theirs)]}
    verdict = (await chain.client.post("/api/batches/bulk", json=bulk, headers=as_bob)).json()
    single = await chain.client.delete(f"/api/documents/{document['id']}", headers=as_bob)

    assert [item["code"] for item in verdict["items"]] == ["not_your_batch"]
    assert (single.status_code, single.json()["code"]) == (403, "not_your_batch")
    assert (await chain.batch(theirs))["status"] == "completed"
