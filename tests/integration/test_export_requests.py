"""What may be asked of exports, on the real parts: of several batches, once a key, stopped and thrown away."""

import json
from typing import Any
from uuid import uuid4

import pytest

from services.exporter.handlers import on_batch_deleted
from shared.db import run_sql
from tests.integration.exporting import Exporter, completed, ends
from tests.makers import a_batch_deleted


async def a_finished_batch(exporter: Exporter, files: int, name: str) -> str:
    batch = exporter.batch(files, name=name)
    await exporter.hear(batch, *ends(batch), completed(batch))
    return str(batch.batch_id)


async def ask(exporter: Exporter, method: str, path: str, **rest: Any) -> Any:
    headers = exporter.headers | rest.pop("headers", {})
    return await exporter.client.request(method, f"/api/exports{path}", headers=headers, **rest)


async def test_several_batches_come_in_one_file_in_the_order_asked_for(exporter: Exporter):
    march, april = await a_finished_batch(exporter, 2, "March"), await a_finished_batch(exporter, 3, "April")
    export_id = await exporter.ask(batch_ids=[april, march], format="json")

    view = await exporter.finished(export_id)
    documents = json.loads((await exporter.get(f"/{export_id}/download")).content)

    assert (view["documents"], view["file_name"]) == (5, "2 batches.json")
    assert [document["batch_id"] for document in documents] == [april] * 3 + [march] * 2
    assert export_id in [item["id"] for item in (await exporter.get(f"?batch_id={march}")).json()["items"]]


async def test_an_export_of_several_batches_goes_with_the_first_that_is_deleted(exporter: Exporter):
    march, april = await a_finished_batch(exporter, 1, "March"), await a_finished_batch(exporter, 1, "April")
    export_id = await exporter.ask(batch_ids=[april, march], format="json")
    await exporter.finished(export_id)
    async with exporter.db.transaction() as tx:
        await on_batch_deleted([a_batch_deleted(tenant_id=exporter.tenant, batch_id=march)], tx=tx)

    assert (await exporter.get(f"/{export_id}")).status_code == 404


@pytest.mark.parametrize("wanted", [{}, {"batch_id": str(uuid4()), "batch_ids": [str(uuid4())]}, {"batch_ids": []}])
async def test_an_export_is_of_one_thing(exporter: Exporter, wanted: dict[str, Any]):
    assert (await ask(exporter, "POST", "", json=wanted)).status_code == 422


async def test_the_same_key_gives_the_same_export_and_another_request_under_it_none(exporter: Exporter):
    batch_id, headers = await a_finished_batch(exporter, 1, "March"), {"idempotency-key": uuid4().hex}
    wanted = {"batch_id": batch_id, "format": "csv"}

    first = await ask(exporter, "POST", "", json=wanted, headers=headers)
    again = await ask(exporter, "POST", "", json=wanted, headers=headers)
    other = await ask(exporter, "POST", "", json=wanted | {"format": "xlsx"}, headers=headers)

    assert (first.status_code, again.status_code, again.json()["id"]) == (202, 202, first.json()["id"])
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_csv_is_written_as_the_request_says(exporter: Exporter):
    csv = {"bom": True, "delimiter": ";", "decimal": ","}
    export_id = await exporter.ask(batch_id=await a_finished_batch(exporter, 1, "March"), format="csv", csv=csv)

    view = await exporter.finished(export_id)
    file = (await exporter.get(f"/{export_id}/download")).content

    assert view["csv"] == csv
    assert file.startswith(b"\xef\xbb\xbffile;")
    assert b";12,5;" in file


async def test_an_export_that_waits_is_cancelled_and_never_made(exporter: Exporter):
    batch = exporter.batch(1)
    await exporter.hear(batch)
    export_id = await exporter.ask(batch_id=str(batch.batch_id))

    cancelled = await ask(exporter, "POST", f"/{export_id}/cancel")
    await exporter.hear(*ends(batch), completed(batch))
    outcome = await exporter.make(export_id)

    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    assert (outcome.state, outcome.rows) == ("done", ())
    assert (await exporter.get(f"/{export_id}/download")).json()["code"] == "export_cancelled"


async def test_a_discarded_export_is_gone_at_once(exporter: Exporter):
    export_id = await exporter.ask(batch_id=await a_finished_batch(exporter, 1, "March"))
    await exporter.finished(export_id)

    assert (await ask(exporter, "DELETE", f"/{export_id}")).status_code == 204
    assert (await exporter.get(f"/{export_id}/download")).status_code == 410


async def test_nobody_else_stops_an_export(exporter: Exporter):
    export_id = await exporter.ask(batch_id=await a_finished_batch(exporter, 1, "March"))
    async with exporter.db.transaction() as tx:
        await run_sql(tx, "UPDATE exports SET created_by = 'bob' WHERE export_id = $1", export_id)
    stranger = {"authorization": f"Bearer {uuid4()}"}

    assert (await ask(exporter, "POST", f"/{export_id}/cancel", headers=stranger)).status_code == 404
