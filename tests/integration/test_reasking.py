"""The way back: events that were lost, in whichever queue, are said again, and every batch ends."""

import asyncio
from uuid import UUID

import aio_pika
import pytest

from shared.messaging import HEARS, control_queue
from tests.integration.chain import Chain, until
from tests.stores import SettingsOf


@pytest.mark.parametrize("share", [0.3, 0.9])
async def test_batches_end_although_many_events_were_lost(chain: Chain, share: float):
    lossy = chain.lossy
    lossy.share, lossy.lost = share, 0
    batches = [await chain.submit(6) for _ in range(3)]
    await asyncio.sleep(2)
    lossy.share = 0
    assert lossy.lost

    for batch_id in batches:
        batch = await chain.ended(batch_id)
        assert (batch["status"], batch["completed"]) == ("completed", 6)
        assert {len(kinds) for kinds in chain.ends(batch_id).values()} == {1}
        assert len({event.id for event in chain.heard(batch_id, "batch.completed")}) == 1


async def test_a_cancel_that_was_lost_is_asked_again(chain: Chain):
    chain.lossy.share = 1
    batch_id = await chain.submit(4)
    await chain.client.post(f"/api/batches/{batch_id}/cancel")
    await until(lambda: _all_is_said(chain))
    chain.lossy.share = 0

    batch = await chain.ended(batch_id)

    assert batch["completed"] + batch["cancelled"] == 4
    assert len(chain.heard(batch_id, "batch.cancel_requested")) > 1


async def test_a_retry_that_was_lost_is_told_again(chain: Chain):
    batch_id = await chain.submit(2)
    await chain.ended(batch_id)
    chain.lossy.share = 1
    await chain.client.post(f"/api/batches/{batch_id}/retry", json={"prompt": "Again."})
    await until(lambda: _all_is_said(chain))
    chain.lossy.share = 0

    await until(lambda: _generation_ended(chain, batch_id, 2))

    assert {event.generation for event in chain.heard(batch_id, "batch.completed")} == {1, 2}


async def test_purging_every_queue_in_the_middle_of_a_batch_loses_nothing(chain: Chain, settings_of: SettingsOf):
    batches = [await chain.submit(8) for _ in range(3)]
    async with await aio_pika.connect(settings_of("ingest").rabbitmq_url) as connection:
        channel = await connection.channel()
        for _ in range(10):
            for name in [*HEARS, *map(control_queue, HEARS)]:
                await (await channel.get_queue(name)).purge()

    for batch_id in batches:
        assert (await chain.ended(batch_id))["completed"] == 8


async def test_an_end_that_ingest_did_not_hear_is_repeated_with_the_same_id(chain: Chain):
    batch_id = await chain.submit(2)
    before = await chain.ended(batch_id)
    await chain.ask(
        "ingest",
        "UPDATE batches SET status = 'queued', completed_generation = 0, told_at = '-infinity' WHERE batch_id = $1 RETURNING 1",
        batch_id,
    )
    await chain.ask("ingest", "UPDATE documents SET told_at = '-infinity' WHERE batch_id = $1 RETURNING 1", batch_id)

    await until(lambda: _generation_ended(chain, batch_id, 1))

    told = chain.heard(batch_id, "batch.completed")
    notices = (await chain.client.get("/api/notices", params={"limit": 200})).json()["items"]
    assert len(told) > 1
    assert len({event.id for event in told}) == 1
    assert [notice["batch_id"] for notice in notices].count(str(batch_id)) == 1
    assert (await chain.batch(batch_id))["completed_at"] == before["completed_at"]


async def test_an_exporter_that_missed_everything_can_be_told_again(chain: Chain):
    batch_id = await chain.submit(3, export='{"format": "csv"}')
    await chain.ended(batch_id)
    await until(lambda: _an_export(chain, batch_id))
    for table in ("export_documents", "export_batches", "exports"):
        await chain.ask("exporter", f"DELETE FROM {table} WHERE batch_id = $1 RETURNING 1", batch_id)
    await chain.ask("exporter", "DELETE FROM jobs WHERE batch_id = $1 RETURNING 1", batch_id)

    await chain.client.post(f"/api/batches/{batch_id}/retell")

    assert (await until(lambda: _an_export(chain, batch_id)))["documents"] == 3


async def _an_export(chain: Chain, batch_id: UUID) -> dict[str, object] | None:
    items = (await chain.client.get(f"/api/exports?batch_id={batch_id}")).json()["items"]
    return next((item for item in items if item["status"] == "ready"), None)


async def _all_is_said(chain: Chain) -> bool | None:
    return not any([await chain.ask(name, "SELECT 1 FROM outbox LIMIT 1") for name in HEARS]) or None


async def _generation_ended(chain: Chain, batch_id: UUID, generation: int) -> bool | None:
    (batch,) = await chain.ask("ingest", "SELECT completed_generation FROM batches WHERE batch_id = $1", batch_id)
    return batch.completed_generation == generation or None
