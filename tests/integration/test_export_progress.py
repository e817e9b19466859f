"""How far an export is, and that it stops when nobody wants it any more, whatever is being done to it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from shared.jobs import Outcome
from shared.storage import Storage
from tests.integration.exporting import Exporter, completed, of
from tests.makers import a_document_cancel_requested, a_document_extracted, a_result

Stop = Callable[[Exporter, str], Any]


class Held:
    """A storage that, once it has come to one of these, does not go on."""

    def __init__(self, storage: Storage, *, at: str) -> None:
        self.reached = asyncio.Event()
        self._storage = storage
        self._at = at

    async def get(self, key: str) -> bytes:
        if self._at == "get":
            self.reached.set()
            await asyncio.Event().wait()
        return await self._storage.get(key)

    async def put_file(self, key: str, path: Path, *, media_type: str, before_each_part: Callable[[], None]) -> None:
        if self._at == "put_file":
            self.reached.set()
            await asyncio.to_thread(_until_it_raises, before_each_part)
        await self._storage.put_file(key, path, media_type=media_type)


def _until_it_raises(look: Callable[[], None]) -> None:
    while True:
        look()


async def an_export_of(exporter: Exporter, *, small: int, large: int, **wanted: Any) -> str:
    """Of documents in this order; the results of large ones are in object storage."""
    batch = exporter.batch(small + large)
    key = f"results/{batch.tenant_id}/{uuid4()}"
    await exporter.storage.put(key, a_result().model_dump_json().encode())
    read = [
        a_document_extracted(**of(batch, position), **({} if position < small else {"result": None, "result_key": key}))
        for position in range(small + large)
    ]
    await exporter.hear(batch, *read, completed(batch, completed=small + large, failed=0))
    return await exporter.ask(batch_id=str(batch.batch_id), **wanted)


async def making(exporter: Exporter, export_id: str, *, until: str) -> asyncio.Task[Outcome]:
    """The export under way, held there."""
    held = Held(exporter.storage, at=until)
    exporter.storage = cast("Storage", held)
    task = asyncio.create_task(exporter.make(export_id))
    await held.reached.wait()
    return task


async def told(exporter: Exporter, export_id: str, **wanted: Any) -> dict[str, Any]:
    """The export as soon as it is told to be that far."""
    while True:
        view = dict((await exporter.get(f"/{export_id}")).json())
        if wanted.items() <= view.items():
            return view


async def cancel(exporter: Exporter, export_id: str) -> None:
    await exporter.client.post(f"/api/exports/{export_id}/cancel", headers=exporter.headers)


async def delete_its_batchs_document(exporter: Exporter, export_id: str) -> None:
    batch_id = UUID((await exporter.get(f"/{export_id}")).json()["batch_id"])
    event = a_document_cancel_requested(tenant_id=exporter.tenant, batch_id=batch_id, deleting=True)
    await exporter.hear(event)


@pytest.mark.parametrize("stop", [cancel, delete_its_batchs_document])
@pytest.mark.parametrize("phase", ["get", "put_file"])
async def test_an_export_that_nobody_wants_any_more_stops_and_leaves_nothing(
    exporter: Exporter, phase: str, stop: Stop
):
    storage, export_id = exporter.storage, await an_export_of(exporter, small=1, large=1)
    task = await making(exporter, export_id, until=phase)
    await stop(exporter, export_id)

    outcome = await asyncio.wait_for(task, 60)

    assert (outcome.state, outcome.rows, outcome.events) == ("done", (), ())
    assert [page async for page in storage.pages(f"exports/{exporter.tenant}/")] == []
    assert list(exporter.scratch.iterdir()) == []


async def test_while_documents_are_read_it_is_told_how_many_of_how_many(exporter: Exporter):
    export_id = await an_export_of(exporter, small=100, large=1)
    task = await making(exporter, export_id, until="get")

    view = await told(exporter, export_id, phase="reading", read=100)
    await cancel(exporter, export_id)
    await task

    assert (view["status"], view["documents"], view["total_documents"], view["written"]) == ("running", 101, 101, 0)


async def test_while_the_file_is_stored_all_are_told_to_be_written(exporter: Exporter):
    export_id = await an_export_of(exporter, small=2, large=0)
    task = await making(exporter, export_id, until="put_file")

    view = await told(exporter, export_id, phase="storing")
    await cancel(exporter, export_id)
    await task

    assert (view["read"], view["written"], view["documents"]) == (2, 2, 2)


async def test_an_export_that_is_ready_is_in_no_phase(exporter: Exporter):
    assert (await exporter.finished(await an_export_of(exporter, small=1, large=0)))["phase"] is None
