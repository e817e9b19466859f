"""A deleted document takes along the exports that may hold it, and no other."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from services.exporter.handlers import forget_documents, on_batch_deleted
from shared.db import rows
from shared.errors import Category, Permanent, Throttled
from shared.events import BatchCreated, ExportWish
from tests.integration.exporting import Exporter, completed, ends, of
from tests.makers import (
    a_batch_created,
    a_batch_deleted,
    a_document_cancel_requested,
    a_document_deleted,
    a_document_extracted,
)

_WAITS_FOR_A_LOCK = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712 AND NOT granted"


async def delete_first(exporter: Exporter, batch: BatchCreated) -> None:
    await exporter.hear(a_document_cancel_requested(**of(batch), deleting=True))


async def a_read_batch(exporter: Exporter, **changes: Any) -> BatchCreated:
    batch = exporter.batch(2, **changes)
    await exporter.hear(batch, *(a_document_extracted(**of(batch, position)) for position in range(2)))
    return batch


def told_of_the_end(batch: BatchCreated) -> Any:
    return completed(batch, total=1, completed=1, failed=0, deleted=1)


async def status_of(exporter: Exporter, export_id: str) -> int:
    return (await exporter.get(f"/{export_id}")).status_code


@pytest.mark.parametrize("several", [False, True])
async def test_an_export_that_waits_is_made_without_the_document(exporter: Exporter, *, several: bool):
    batch = await a_read_batch(exporter)
    id_ = str(batch.batch_id)
    export_id = await exporter.ask(format="csv", **({"batch_ids": [id_]} if several else {"batch_id": id_}))
    await delete_first(exporter, batch)
    await exporter.hear(told_of_the_end(batch))

    assert [row["file"] for row in await exporter.exported(export_id)] == [batch.files[1].file_name]


async def test_a_wished_export_comes_though_a_document_was_deleted_while_its_batch_ran(exporter: Exporter):
    batch = await a_read_batch(exporter, export=ExportWish(format="csv"))
    await delete_first(exporter, batch)
    await exporter.hear(told_of_the_end(batch))
    (wished,) = (await exporter.get(f"?batch_id={batch.batch_id}")).json()["items"]

    assert (await exporter.finished(wished["id"]))["documents"] == 1


async def test_an_export_made_between_the_two_tellings_of_a_deletion_stays(exporter: Exporter):
    batch = await a_read_batch(exporter)
    await delete_first(exporter, batch)
    await exporter.hear(told_of_the_end(batch))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), format="csv")
    await exporter.finished(export_id)

    await exporter.hear(a_document_deleted(**of(batch)))

    assert await status_of(exporter, export_id) == 200


@pytest.mark.parametrize("reached", [Exporter.job, Exporter.finished], ids=["being made", "with a file"])
async def test_an_export_that_may_hold_the_document_goes(
    exporter: Exporter, reached: Callable[[Exporter, str], Awaitable[object]]
):
    batch = await a_read_batch(exporter)
    export_id = await exporter.ask(batch_id=str(batch.batch_id), when="now")
    await reached(exporter, export_id)
    await delete_first(exporter, batch)

    assert await status_of(exporter, export_id) == 404


async def test_an_export_that_named_the_document_goes_and_nothing_is_told_of_it(exporter: Exporter):
    batch = await a_read_batch(exporter)
    export_id = await exporter.ask(document_ids=[str(file.document_id) for file in batch.files])
    await delete_first(exporter, batch)

    assert await status_of(exporter, export_id) == 404
    assert (await exporter.make(export_id)).events == ()


async def test_an_export_claimed_during_a_deletion_waits_for_its_end(exporter: Exporter):
    batch = await a_read_batch(exporter)
    export_id = await exporter.ask(batch_id=str(batch.batch_id), when="now", format="csv")
    async with exporter.db.transaction() as tx:
        await forget_documents([a_document_cancel_requested(**of(batch), deleting=True)], tx=tx)
        making = asyncio.create_task(exporter.make(export_id))
        while not making.done() and not await _waits(exporter):
            pass

    (_, file), *_ = (await making).rows
    assert file["documents"] == 1


async def _waits(exporter: Exporter) -> bool:
    async with exporter.db.transaction() as tx:
        return bool(await rows(tx, _WAITS_FOR_A_LOCK))


async def test_an_export_of_another_batch_stays(exporter: Exporter):
    batch, other = await a_read_batch(exporter), exporter.batch(2)
    await exporter.hear(other, *ends(other))
    export_id = await exporter.ask(batch_id=str(batch.batch_id), when="now")
    await exporter.finished(export_id)
    await delete_first(exporter, other)

    assert await status_of(exporter, export_id) == 200


async def test_a_document_that_was_deleted_before_is_named_at_once(exporter: Exporter):
    batch = await a_read_batch(exporter)
    await delete_first(exporter, batch)
    export_id = await exporter.ask(document_ids=[str(file.document_id) for file in batch.files])

    with pytest.raises(Permanent, match=str(batch.files[0].document_id)) as refusal:
        await exporter.make(export_id)
    assert refusal.value.category == Category.NOT_FOUND


async def test_a_deleted_batch_among_several_is_named_at_once(exporter: Exporter):
    batch, gone = await a_read_batch(exporter), await a_read_batch(exporter)
    async with exporter.db.transaction() as tx:
        await on_batch_deleted([a_batch_deleted(tenant_id=exporter.tenant, batch_id=gone.batch_id)], tx=tx)
    export_id = await exporter.ask(batch_ids=[str(batch.batch_id), str(gone.batch_id)], when="now")

    with pytest.raises(Permanent, match=f"batch {gone.batch_id} was deleted"):
        await exporter.make(export_id)


async def test_that_another_tenant_deleted_a_document_is_not_told(exporter: Exporter):
    theirs = a_batch_created(files=1, tenant_id=uuid4())
    await exporter.hear(theirs, a_document_cancel_requested(**of(theirs), deleting=True))
    export_id = await exporter.ask(document_ids=[str(theirs.files[0].document_id)])

    with pytest.raises(Throttled):
        await exporter.make(export_id)
