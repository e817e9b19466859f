"""The exporter on the real parts: no row is lost to lag, and a file comes back as it was made."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.exporter.expiry import clear_expired
from services.exporter.handlers import on_batch_completed, on_batch_created, on_batch_retried, on_document_ended
from services.exporter.make_export import failed_event, make_export
from services.exporter.routes import router
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, rows, run_sql
from shared.errors import Category, DocumentError, Permanent, Stage, Throttled, Transient
from shared.events import BatchCompleted, BatchCreated, BatchRetried, ExportCompleted, ExportFailed, ExportWish, decode
from shared.http import new_app
from shared.jobs import Job, Outcome, finish
from shared.storage import ObjectMissingError, Storage
from tests.integration.conftest import SettingsOf
from tests.makers import (
    a_batch_completed,
    a_batch_created,
    a_batch_retried,
    a_document_cancelled,
    a_document_extracted,
    a_document_failed,
    a_result,
)

_HANDLERS: dict[type[Event], Any] = {
    BatchCreated: on_batch_created,
    BatchRetried: on_batch_retried,
    BatchCompleted: on_batch_completed,
}


class TokensAreTenants:
    """A verifier for tests: the token is the id of the tenant."""

    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=UUID(token), user="ada", role="admin")


@dataclass
class Exporter:
    """The exporter as one tenant sees it, and its worker, one job at a time."""

    db: Database
    storage: Storage
    client: httpx2.AsyncClient
    tenant: UUID
    scratch: Path
    unknown_after: timedelta = timedelta(minutes=1)

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            for event in events:
                await _HANDLERS.get(type(event), on_document_ended)([event], tx=tx)

    async def ask(self, **wanted: Any) -> str:
        answer = await self.client.post("/api/exports", json=wanted, headers=self.headers)
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"] == f"/api/exports/{answer.json()['id']}"
        return str(answer.json()["id"])

    async def get(self, path: str, tenant: UUID | None = None) -> httpx2.Response:
        return await self.client.get(
            f"/api/exports{path}", headers={"authorization": f"Bearer {tenant or self.tenant}"}
        )

    async def make(self, export_id: str) -> Outcome:
        """Run the export's job once, as the worker would."""
        return await make_export(
            await self.job(export_id),
            db=self.db,
            storage=self.storage,
            scratch_folder=self.scratch,
            unknown_after=self.unknown_after,
        )

    async def job(self, export_id: str) -> Job:
        async with self.db.transaction() as tx:
            (row,) = await rows(
                tx,
                "UPDATE jobs SET state = 'r', lease = gen_random_uuid(), attempts = 1 WHERE subject = $1 RETURNING *",
                UUID(export_id),
            )
        return Job(row.subject, row.generation, row.tenant_id, row.batch_id, row.lease, 1, 0, b"")

    async def finished(self, export_id: str) -> dict[str, Any]:
        outcome = await self.make(export_id)
        async with self.db.transaction() as tx:
            assert len(await finish(tx, [outcome])) == 1
        return dict((await self.get(f"/{export_id}")).json())

    async def exported(self, export_id: str) -> list[dict[str, str]]:
        """The rows of a finished CSV export."""
        await self.finished(export_id)
        return list(csv.DictReader(io.StringIO((await self.get(f"/{export_id}/download")).text)))

    async def told(self) -> list[Event]:
        async with self.db.transaction() as tx:
            found = await rows(tx, "SELECT body FROM outbox WHERE tenant_id = $1 ORDER BY position", self.tenant)
        return [decode(bytes(row.body)) for row in found]

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tenant}"}

    def batch(self, files: int = 2, **changes: Any) -> BatchCreated:
        return a_batch_created(files=files, tenant_id=self.tenant, **changes)


@pytest.fixture
async def exporter(settings_of: SettingsOf, tmp_path: Path) -> AsyncIterator[Exporter]:
    settings = settings_of("exporter")
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)
    storage = Storage(settings.s3_url)

    async def probe() -> dict[str, bool]:
        return {}

    app = new_app("test", probe=probe)
    app.state.verifier = TokensAreTenants()
    app.include_router(router(api_db=api_db, storage=storage, bell=Bell()))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield Exporter(db, storage, client, uuid4(), tmp_path)
    await db.close()
    await api_db.close()


def of(batch: BatchCreated, position: int = 0, *, generation: int = 1) -> dict[str, Any]:
    return {
        "tenant_id": batch.tenant_id,
        "batch_id": batch.batch_id,
        "document_id": batch.files[position].document_id,
        "generation": generation,
    }


def ends(batch: BatchCreated) -> list[Event]:
    """One document read, the others failed."""
    return [a_document_extracted(**of(batch))] + [
        a_document_failed(**of(batch, position)) for position in range(1, len(batch.files))
    ]


def completed(batch: BatchCreated, **changes: Any) -> BatchCompleted:
    counts = {"total": len(batch.files), "completed": 1, "failed": len(batch.files) - 1}
    return a_batch_completed(**{"tenant_id": batch.tenant_id, "batch_id": batch.batch_id} | counts | changes)


async def test_an_export_of_a_finished_batch_has_a_row_for_every_document(exporter: Exporter):
    batch = exporter.batch(3)
    await exporter.hear(batch, *ends(batch), completed(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="json")

    view = await exporter.finished(export_id)
    download = await exporter.get(f"/{export_id}/download")

    assert (view["status"], view["documents"], view["total_documents"], view["file_name"]) == (
        *("ready", 3, 3, "March.json"),
    )
    assert len(download.content) == view["size"] == int(download.headers["content-length"])
    assert str(batch.files[2].document_id) in download.text
    (event,) = await exporter.told()
    assert isinstance(event, ExportCompleted)
    assert (event.export_id, event.rows) == (UUID(export_id), view["rows"])


async def test_the_file_is_a_download_under_its_own_name_and_never_a_page(exporter: Exporter):
    batch = exporter.batch(1, name="März / <b>2026</b>")
    await exporter.hear(batch, *ends(batch), completed(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="csv")
    await exporter.finished(export_id)

    headers = (await exporter.get(f"/{export_id}/download")).headers

    assert headers["content-disposition"].startswith('attachment; filename="M_rz _ _b_2026')
    assert "filename*=UTF-8''M%C3%A4rz%20_" in headers["content-disposition"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"].startswith("text/csv")


async def test_an_export_waits_for_the_end_of_its_batch(exporter: Exporter):
    batch = exporter.batch()
    await exporter.hear(batch, *ends(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id))

    with pytest.raises(Throttled):
        await exporter.make(export_id)


async def test_an_export_waits_for_rows_that_lag_behind_the_end_of_their_batch(exporter: Exporter):
    batch = exporter.batch(3)
    first, second, third = ends(batch)
    await exporter.hear(batch, first, completed(batch), third)
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="csv")
    with pytest.raises(Throttled) as wait:
        await exporter.make(export_id)
    assert wait.value.retry_after <= 1

    await exporter.hear(second)

    assert len(await exporter.exported(export_id)) == 3


async def test_an_export_waits_for_the_batch_itself_when_all_else_is_there(exporter: Exporter):
    batch = exporter.batch()
    await exporter.hear(*ends(batch), completed(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="csv")
    with pytest.raises(Throttled):
        await exporter.make(export_id)

    await exporter.hear(batch)

    assert len(await exporter.exported(export_id)) == 2


async def test_after_a_retry_the_old_rows_are_not_enough(exporter: Exporter):
    batch = exporter.batch()
    again = batch.files[1].document_id
    ids = {"tenant_id": batch.tenant_id, "batch_id": batch.batch_id}
    await exporter.hear(batch, *ends(batch), completed(batch))
    await exporter.hear(completed(batch, generation=2, completed=2, failed=0))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="csv")
    with pytest.raises(Throttled):
        await exporter.make(export_id)
    await exporter.hear(a_batch_retried(**ids, documents=(again,)))
    with pytest.raises(Throttled):
        await exporter.make(export_id)

    await exporter.hear(a_document_extracted(**of(batch, 1, generation=2)))

    assert (await exporter.finished(export_id))["documents"] == 2


async def test_an_export_of_a_running_batch_says_how_much_of_it_is_there(exporter: Exporter):
    batch = exporter.batch(3)
    await exporter.hear(batch, a_document_extracted(**of(batch, 1)))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="csv", when="now")

    view = await exporter.finished(export_id)

    assert (view["documents"], view["total_documents"], view["file_name"]) == (1, 3, "March (1 of 3).csv")


async def test_a_selection_may_come_from_several_batches(exporter: Exporter):
    one, other = exporter.batch(), exporter.batch()
    await exporter.hear(one, other, *ends(one), a_document_cancelled(**of(other)))
    chosen = [one.files[0].document_id, other.files[0].document_id]
    export_id = await exporter.ask(document_ids=[str(id_) for id_ in chosen], format="json")

    await exporter.finished(export_id)
    text = (await exporter.get(f"/{export_id}/download")).text

    assert all(str(id_) in text for id_ in chosen)
    assert str(one.files[1].document_id) not in text


async def test_a_large_result_is_fetched_from_object_storage(exporter: Exporter):
    batch = exporter.batch(1)
    key = f"results/{batch.tenant_id}/{batch.batch_id}/x/1-1"
    await exporter.storage.put(key, a_result(data={"total": 12.5, "note": "from storage"}).model_dump_json().encode())
    read = a_document_extracted(**of(batch), result=None, result_key=key)
    await exporter.hear(batch, read, completed(batch, completed=1, failed=0))

    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="json")
    await exporter.finished(export_id)

    assert "from storage" in (await exporter.get(f"/{export_id}/download")).text


async def test_a_missing_result_is_never_an_empty_row(exporter: Exporter):
    batch = exporter.batch(1)
    gone = a_document_extracted(**of(batch), result=None, result_key=f"results/{uuid4()}")
    await exporter.hear(batch, gone, completed(batch, completed=1, failed=0))

    with pytest.raises(Transient):
        await exporter.make(await exporter.ask(batch_id=str(batch.batch_id)))


async def test_the_fields_keep_the_order_they_were_read_in(exporter: Exporter):
    batch = exporter.batch(1)
    data = {"zebra": 1, "apple": "ä\n=1+1", "middle": {"b": 1, "a": 2}}
    await exporter.hear(
        batch, a_document_extracted(**of(batch), result=a_result(data=data)), completed(batch, failed=0)
    )

    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="json")
    await exporter.finished(export_id)
    text = (await exporter.get(f"/{export_id}/download")).text

    assert json.dumps(data, ensure_ascii=False, separators=(",", ":")) in text.replace(": ", ":").replace(", ", ",")


async def test_every_order_of_events_gives_the_same_rows(exporter: Exporter):
    finals = set()
    for order in permutations(range(4)):
        batch = exporter.batch()
        events: Sequence[Event] = [batch, *ends(batch), completed(batch)]
        for index in order:
            await exporter.hear(events[index], events[order[0]])
        async with exporter.db.transaction() as tx:
            found = await rows(
                tx,
                "SELECT position, awaited, generation, rank, version, file_name, pages, status, document_type, result, error::text"
                " FROM export_documents WHERE batch_id = $1 ORDER BY position",
                batch.batch_id,
            )
            (kept,) = await rows(
                tx,
                "SELECT name, opened, completed_generation, ended FROM export_batches WHERE batch_id = $1",
                batch.batch_id,
            )
        finals.add((*map(tuple, found), str(tuple(kept))))

    assert len(finals) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["wish first", "end first"])
async def test_a_batch_that_asked_for_its_export_gets_it_once(exporter: Exporter, order: tuple[int, int]):
    batch = exporter.batch(1, export=ExportWish(format="csv", layout="multi_row"))
    told = [batch, completed(batch, failed=0)]
    events = [told[index] for index in order]
    await exporter.hear(*ends(batch), *events, *events)

    (item,) = (await exporter.get(f"?batch_id={batch.batch_id}")).json()["items"]
    assert (item["format"], item["layout"], item["status"], item["created_by"]) == ("csv", "multi_row", "queued", "ada")
    assert (await exporter.finished(item["id"]))["status"] == "ready"


async def test_a_waiting_export_is_rung_when_its_batch_completes(exporter: Exporter):
    batch = exporter.batch(1)
    await exporter.hear(batch)
    export_id = UUID(await exporter.ask(batch_id=str(batch.batch_id)))
    async with exporter.db.transaction() as tx:
        await run_sql(
            tx, "UPDATE jobs SET state = 'd', run_at = now() + interval '1 day' WHERE subject = $1", export_id
        )

    await exporter.hear(completed(batch))

    async with exporter.db.transaction() as tx:
        (job,) = await rows(tx, "SELECT run_at <= clock_timestamp() AS due FROM jobs WHERE subject = $1", export_id)
    assert job.due


@pytest.mark.parametrize("subject", ["batch_id", "document_ids"])
async def test_what_nobody_has_told_of_is_waited_for_and_then_given_up(exporter: Exporter, subject: str):
    wanted: Any = str(uuid4()) if subject == "batch_id" else [str(uuid4())]
    export_id = await exporter.ask(**{subject: wanted})
    with pytest.raises(Throttled):
        await exporter.make(export_id)

    exporter.unknown_after = timedelta()
    with pytest.raises(Permanent):
        await exporter.make(export_id)


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
