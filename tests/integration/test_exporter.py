"""The exporter on the real parts: no row is lost to lag, and a file comes back as it was made."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.cloudevent import Event
from shared.db import rows, run_sql
from shared.errors import Category, Permanent, Throttled, Transient
from shared.events import ExportCompleted, ExportWish
from tests.integration.exporting import Exporter, completed, ends, of
from tests.makers import (
    a_batch_retried,
    a_document_cancelled,
    a_document_extracted,
    a_document_failed,
    a_document_reviewed,
    a_result,
)


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


async def test_who_reviewed_a_document_is_told_until_it_is_read_again(exporter: Exporter):
    batch = exporter.batch(2)
    read, reviewed = a_document_extracted(**of(batch)), a_document_reviewed(**of(batch), reviewed_by="grace")
    await exporter.hear(batch, reviewed, read, a_document_failed(**of(batch, 1)), completed(batch))
    wanted = {"batch_id": str(batch.batch_id), "format": "csv", "include": ["review"], "when": "now"}

    before = await exporter.exported(await exporter.ask(**wanted))
    await exporter.hear(a_document_extracted(**of(batch, generation=2)))
    after = await exporter.exported(await exporter.ask(**wanted))

    assert [(row["reviewed_by"], row["reviewed_at"]) for row in before] == [
        ("grace", reviewed.time.isoformat()),
        ("", ""),
    ]
    assert [row["reviewed_by"] for row in after] == ["", ""]


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


@pytest.mark.parametrize("subject", ["batch_id", "batch_ids", "document_ids"])
async def test_what_nobody_has_told_of_is_waited_for_and_then_given_up(exporter: Exporter, subject: str):
    batch, mistyped = exporter.batch(2), str(uuid4())
    await exporter.hear(batch)
    known = [str(file.document_id) for file in batch.files]
    wanted: Any = {"batch_id": mistyped, "batch_ids": [str(batch.batch_id), mistyped]}
    export_id = await exporter.ask(**{subject: wanted.get(subject, [*known, mistyped])}, when="now")
    with pytest.raises(Throttled):
        await exporter.make(export_id)

    exporter.unknown_after = timedelta()
    with pytest.raises(Permanent) as refusal:
        await exporter.make(export_id)
    assert refusal.value.category == Category.NOT_FOUND
    assert mistyped in refusal.value.message
