"""Exports over HTTP: each tenant its own, errors told, expired ones gone."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.exporter.expiry import clear_expired
from services.exporter.make_export import failed_event
from shared.db import Database, rows, run_sql
from shared.errors import Category, DocumentError, Permanent, Stage
from shared.events import ExportFailed
from shared.jobs import Outcome, finish
from shared.storage import ObjectMissingError
from tests.integration.exporting import Exporter, completed, ends
from tests.makers import (
    a_batch_created,
)
from tests.stores import SettingsOf


async def test_another_tenants_batch_is_not_exported(exporter: Exporter):
    theirs = a_batch_created(files=1, tenant_id=uuid4())
    await exporter.hear(theirs, *ends(theirs), completed(theirs))
    exporter.unknown_after = timedelta()

    with pytest.raises(Permanent):
        await exporter.make(await exporter.ask(batch_id=str(theirs.batch_id)))


async def test_another_tenants_documents_are_not_exported(exporter: Exporter):
    theirs = a_batch_created(files=1, tenant_id=uuid4())
    await exporter.hear(theirs, *ends(theirs), completed(theirs))
    exporter.unknown_after = timedelta()

    with pytest.raises(Permanent):
        await exporter.make(await exporter.ask(document_ids=[str(theirs.files[0].document_id)], when="now"))


@pytest.mark.parametrize("path", ["", "/download"])
async def test_another_tenants_export_is_not_there(exporter: Exporter, path: str):
    batch = exporter.batch(1)
    await exporter.hear(batch, *ends(batch), completed(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id))
    await exporter.finished(export_id)

    assert (await exporter.get(f"/{export_id}{path}")).status_code == 200
    assert (await exporter.get(f"/{export_id}{path}", tenant=uuid4())).status_code == 404
    assert (await exporter.get("", tenant=uuid4())).json()["items"] == []


@pytest.mark.parametrize("table", ["exports", "export_files", "jobs"])
async def test_an_unset_tenant_sees_no_exports(exporter: Exporter, settings_of: SettingsOf, table: str):
    batch = exporter.batch(1)
    await exporter.hear(batch, *ends(batch), completed(batch))
    await exporter.finished(await exporter.ask(batch_id=str(batch.batch_id)))

    api_db = Database(settings_of("exporter").api_database_url)
    async with api_db.transaction() as tx:
        assert await rows(tx, f"SELECT * FROM {table}") == []
    await api_db.close()


async def test_a_failed_export_says_why(exporter: Exporter):
    export_id = await exporter.ask(batch_id=str(uuid4()))
    job = await exporter.job(export_id)
    error = DocumentError.of(Category.INTERNAL, Stage.EXPORT, "There is no such batch.")
    async with exporter.db.transaction() as tx:
        await finish(tx, [Outcome(job, "failed", error=error, events=[failed_event(job, error)])])

    view = (await exporter.get(f"/{export_id}")).json()
    download = await exporter.get(f"/{export_id}/download")

    assert (view["status"], view["error"]["message"]) == ("failed", "There is no such batch.")
    assert (download.status_code, download.json()["code"]) == (409, "export_failed")
    assert [type(event) for event in await exporter.told()] == [ExportFailed]


@pytest.mark.parametrize(
    ("word", "category"), [("deadline", Category.TIMED_OUT), ("worker_lost", Category.WORKER_LOST)]
)
async def test_what_the_queue_ended_itself_says_which_way(exporter: Exporter, word: str, category: Category):
    export_id = await exporter.ask(batch_id=str(uuid4()))
    async with exporter.db.transaction() as tx:
        await run_sql(
            tx, "UPDATE jobs SET state = 'f', error = to_jsonb($2::text) WHERE subject = $1", UUID(export_id), word
        )

    assert (await exporter.get(f"/{export_id}")).json()["error"]["category"] == category


async def test_an_export_that_is_not_ready_is_not_downloaded(exporter: Exporter):
    export_id = await exporter.ask(batch_id=str(uuid4()))

    download = await exporter.get(f"/{export_id}/download")

    assert (download.status_code, download.json()["code"], download.json()["retryable"]) == (
        409,
        "export_not_ready",
        True,
    )


async def test_an_expired_export_is_gone(exporter: Exporter):
    batch = exporter.batch(1)
    await exporter.hear(batch, *ends(batch), completed(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id))
    await exporter.finished(export_id)
    async with exporter.db.transaction() as tx:
        await run_sql(tx, "UPDATE exports SET expires_at = now() WHERE export_id = $1", UUID(export_id))

    assert (await exporter.get(f"/{export_id}")).json()["status"] == "expired"
    assert (await exporter.get(f"/{export_id}/download")).status_code == 410


async def test_an_expired_export_is_cleared_with_its_file_and_the_others_stay(exporter: Exporter):
    batch = exporter.batch(1)
    await exporter.hear(batch, *ends(batch), completed(batch))
    old, new = [await exporter.ask(batch_id=str(batch.batch_id)) for _ in range(2)]
    for export_id in (old, new):
        await exporter.finished(export_id)
    async with exporter.db.transaction() as tx:
        await run_sql(tx, "UPDATE exports SET expires_at = now() WHERE export_id = $1", UUID(old))
        (file,) = await rows(tx, "SELECT object_key FROM export_files WHERE export_id = $1", UUID(old))

    assert await clear_expired(exporter.db, exporter.storage) >= 1

    assert (await exporter.get(f"/{old}")).status_code == 404
    assert (await exporter.get(f"/{new}/download")).status_code == 200
    with pytest.raises(ObjectMissingError):
        await exporter.storage.get(file.object_key)


async def test_what_a_dead_worker_brings_back_after_its_batch_was_erased_goes_with_the_export(exporter: Exporter):
    batch = exporter.batch(1)
    await exporter.hear(batch, *ends(batch), completed(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id))
    await exporter.finished(export_id)
    async with exporter.db.transaction() as tx:
        await run_sql(tx, "DELETE FROM flows WHERE batch_id = $1", batch.batch_id)
        await run_sql(tx, "SELECT ready_again(ARRAY[$1::uuid], ARRAY[1], ARRAY['f'::\"char\"])", UUID(export_id))
        await run_sql(tx, "UPDATE exports SET expires_at = '-infinity' WHERE export_id = $1", UUID(export_id))

    assert await clear_expired(exporter.db, exporter.storage) >= 1

    async with exporter.db.transaction() as tx:
        assert await rows(tx, "SELECT FROM flows WHERE batch_id = $1", batch.batch_id) == []


async def test_exports_come_newest_first_in_pages(exporter: Exporter):
    asked = [await exporter.ask(batch_id=str(uuid4())) for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await exporter.get(f"?limit=2{cursor and '&cursor=' + cursor}")).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == asked[::-1]


@pytest.mark.parametrize(
    "wanted",
    [{}, {"batch_id": str(uuid4()), "document_ids": [str(uuid4())]}, {"document_ids": []}, {"colour": "blue"}],
)
async def test_a_wish_that_makes_no_sense_is_refused(exporter: Exporter, wanted: dict[str, Any]):
    answer = await exporter.client.post("/api/exports", json=wanted, headers=exporter.headers)

    assert answer.status_code == 422
