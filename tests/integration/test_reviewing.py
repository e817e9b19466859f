"""Review through the whole chain: versions, conflicts, and everything that follows from an approval."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

from tests.integration.chain import Chain, until


async def a_document(chain: Chain) -> tuple[UUID, dict[str, Any]]:
    """A completed document, and its result as read."""
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    (document,) = (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]
    return batch_id, await result_of(chain, document["id"])


async def result_of(chain: Chain, document_id: str, **which: int) -> dict[str, Any]:
    answer = await chain.client.get(f"/api/documents/{document_id}/result", params=which)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def review(chain: Chain, read: dict[str, Any], *edits: dict[str, Any], approve: bool = True) -> Any:
    body = {"generation": read["generation"], "version": read["version"], "edits": edits, "approve": approve}
    return await chain.client.post(f"/api/documents/{read['document_id']}/review", json=body)


def a_field(read: dict[str, Any]) -> str:
    """The name of a plain text that was read."""
    parts = read["json_schema"]["properties"]
    plain = (name for name, part in parts.items() if "string" in part["type"] and not {"format", "enum"} & set(part))
    return next(str(name) for name in plain if read["result"]["data"].get(name))


async def test_a_correction_becomes_a_version_that_everybody_shows(chain: Chain):
    batch_id, read = await a_document(chain)
    name = a_field(read)
    place = {"page": 1, "bbox": [0.1, 0.1, 0.3, 0.2], "text": "Corrected"}

    answer = await review(chain, read, {"path": name, "value": "Corrected", "place": place})

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["version"], body["reviewed_by"], body["approved"]) == (2, "ada", True)
    assert body["result"]["fields"][name]["citations"] == [
        {"page": 1, "text": "Corrected", "bbox": [0.1, 0.1, 0.3, 0.2]}
    ]

    async def shown() -> dict[str, Any] | None:
        document = dict((await chain.client.get(f"/api/documents/{read['document_id']}")).json())
        return document if "reviewed" in [step["what"] for step in document["timeline"]] else None

    document = await until(shown)
    assert (document["status"], document["needs_review"]) == ("completed", False)
    assert (await chain.batch(batch_id))["needs_review"] == 0
    (told,) = chain.heard(batch_id, "document.reviewed")
    assert told.result.data[name] == "Corrected"  # type: ignore[attr-defined]  # an event of one type
    assert len(chain.heard(batch_id, "batch.completed")) == 1
    newest = (await chain.client.get(f"/api/results/{read['document_id']}")).json()
    assert newest["result"]["data"][name] == "Corrected"


async def test_exports_take_the_reviewed_values(chain: Chain):
    batch_id, read = await a_document(chain)
    name = a_field(read)
    await review(chain, read, {"path": name, "value": "By a person"})

    async def exported() -> str | None:
        wish = {"batch_id": str(batch_id), "format": "csv"}
        export = (await chain.client.post("/api/exports", json=wish)).json()["id"]

        async def ready() -> str | None:
            answer = await chain.client.get(f"/api/exports/{export}/download")
            return answer.text if answer.status_code == 200 else None

        text = await until(ready)
        return text if "By a person" in text else None

    (row,) = csv.DictReader(io.StringIO((await until(exported)).removeprefix("\ufeff")))
    assert row[name] == "By a person"


async def test_every_version_can_be_looked_at_again(chain: Chain):
    _, read = await a_document(chain)
    name = a_field(read)
    second = (await review(chain, read, {"path": name, "value": "B"}, approve=False)).json()
    await review(chain, second, {"path": name, "value": "C"})

    versions = (await chain.client.get(f"/api/documents/{read['document_id']}/versions")).json()["items"]
    values = [
        (await result_of(chain, read["document_id"], generation=1, version=v))["result"]["data"][name]
        for v in (1, 2, 3)
    ]

    assert values == [read["result"]["data"][name], "B", "C"]
    assert [(v["version"], v["reviewed_by"], v["approved"]) for v in versions] == [
        (3, "ada", True),
        (2, "ada", False),
        (1, None, False),
    ]
    assert versions[0]["changes"] == [{"path": name, "action": "set", "before": "B", "after": "C"}]


async def test_whoever_is_second_gets_the_difference_and_stores_nothing(chain: Chain):
    _, read = await a_document(chain)
    name = a_field(read)
    await review(chain, read, {"path": name, "value": "First"})

    late = await review(chain, read, {"path": name, "value": "Second"})

    body = late.json()
    assert (late.status_code, body["code"], body["version"]) == (409, "version_conflict", 2)
    assert body["difference"] == [{"path": name, "base": read["result"]["data"][name], "current": "First"}]
    assert (await result_of(chain, read["document_id"]))["result"]["data"][name] == "First"


async def test_of_ten_reviews_at_once_one_is_stored(chain: Chain):
    batch_id, read = await a_document(chain)
    name = a_field(read)

    answers = await asyncio.gather(*(review(chain, read, {"path": name, "value": str(n)}) for n in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    versions = (await chain.client.get(f"/api/documents/{read['document_id']}/versions")).json()["items"]
    assert len(versions) == 2

    async def heard() -> bool | None:
        return bool(chain.heard(batch_id, "document.reviewed")) or None

    await until(heard)
    assert len({event.id for event in chain.heard(batch_id, "document.reviewed")}) == 1


async def test_a_value_the_schema_does_not_allow_is_refused(chain: Chain):
    _, read = await a_document(chain)

    answer = await review(chain, read, {"path": a_field(read), "value": {"not": "a text"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_values")
    assert (await result_of(chain, read["document_id"]))["version"] == 1


async def test_a_place_on_a_page_that_is_not_there_is_refused(chain: Chain):
    _, read = await a_document(chain)
    place = {"page": 2, "bbox": [0.1, 0.1, 0.3, 0.2]}

    answer = await review(chain, read, {"path": a_field(read), "value": "x", "place": place})

    assert (answer.status_code, answer.json()["code"]) == (422, "no_such_place")


async def test_a_document_that_is_read_again_takes_no_review_of_what_was_before(chain: Chain):
    batch_id, read = await a_document(chain)
    await review(chain, read, {"path": a_field(read), "value": "Mine"})
    await chain.client.post(f"/api/batches/{batch_id}/retry", json={"prompt": "Read it again."})

    async def read_again() -> dict[str, Any] | None:
        newest = await result_of(chain, read["document_id"])
        return newest if newest["generation"] == 2 else None

    newest = await until(read_again)
    late = await review(chain, read, {"path": a_field(read), "value": "Late"})

    assert newest["version"] == 1
    assert "Mine" not in newest["result"]["data"].values()
    assert late.status_code == 409


async def reviews_of(chain: Chain, batch_id: UUID) -> list[dict[str, Any]]:
    log = (await chain.client.get(f"/api/audit?batch_id={batch_id}")).json()["items"]
    return [entry for entry in log if entry["action"] == "document.review"]


async def test_a_review_is_in_the_audit_log_once(chain: Chain):
    batch_id, read = await a_document(chain)
    await review(chain, read)

    async def logged() -> list[dict[str, Any]] | None:
        return await reviews_of(chain, batch_id) or None

    (entry,) = await until(logged)
    (told,) = chain.heard(batch_id, "document.reviewed")
    await chain.hear(told, by=("ingest",))

    assert (entry["user"], entry["action"], entry["details"]["version"]) == ("ada", "document.review", 2)
    assert len(await reviews_of(chain, batch_id)) == 1


async def test_a_batch_told_again_tells_of_its_reviews_too(chain: Chain):
    batch_id, read = await a_document(chain)
    await review(chain, read)

    async def told(times: int) -> bool | None:
        return len(chain.heard(batch_id, "document.reviewed")) >= times or None

    await until(lambda: told(1))
    await chain.client.post(f"/api/batches/{batch_id}/retell")
    await until(lambda: told(2))

    assert len({event.id for event in chain.heard(batch_id, "document.reviewed")}) == 1


async def test_the_result_of_a_deleted_batch_takes_no_review(chain: Chain):
    batch_id, read = await a_document(chain)
    await chain.client.delete(f"/api/batches/{batch_id}")

    async def gone() -> bool | None:
        answer = await chain.client.get(f"/api/documents/{read['document_id']}/result")
        return True if answer.status_code == 404 else None

    await until(gone)

    assert (await review(chain, read)).status_code == 404


async def test_the_next_document_keeps_to_the_filter_and_to_the_order(chain: Chain):
    batch_id = await chain.submit(4)
    await chain.ended(batch_id)
    listed = (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]
    ids = [item["id"] for item in listed]
    chosen = {"batch_id": str(batch_id), "status": "completed", "sort": "position"}

    walked, last = [ids[0]], None
    while (last := await behind(chain, walked[-1], **chosen))["next"]:
        walked.append(last["next"]["id"])
    back = await behind(chain, ids[2], **chosen | {"sort": "-position"})
    none = await behind(chain, ids[0], **chosen | {"needs_review": "true"})

    assert walked == ids
    assert last["total"] == 3
    assert back["next"]["id"] == ids[1]
    assert none == {"next": None, "total": 0, "search_cut": False}


async def behind(chain: Chain, document_id: str, **filter_: str) -> dict[str, Any]:
    answer = await chain.client.get(f"/api/documents/{document_id}/next", params=filter_)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_result_too_large_for_an_event_is_reviewed_like_any_other(chain: Chain):
    batch_id, read = await a_document(chain)
    rows = [{"description": "x" * 400, "quantity": 1, "unit_price": 2, "amount": 2} for _ in range(900)]

    answer = await review(chain, read, {"path": "line_items", "value": rows})
    assert answer.status_code == 200, answer.text

    async def told() -> Any:
        heard = chain.heard(batch_id, "document.reviewed")
        return heard[0] if heard else None

    event = await until(told)
    assert (event.result, event.result_key.startswith(f"results/{chain.tenant}/{batch_id}/")) == (None, True)
    assert (await result_of(chain, read["document_id"]))["result"]["data"]["line_items"] == rows
