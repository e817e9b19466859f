"""Live progress over a real server: no change is missing, whoever writes, and however often a client comes back."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from ingestio.local.one_process import answering
from ingestio.local.ports import listen_on, url_of
from services.aggregator import live_routes
from services.aggregator.live_log import prune
from services.console.app import new_door
from services.console.settings import Settings as DoorSettings
from shared.db import rows, run_sql
from shared.events import BatchCreated
from tests.integration.live_world import Heard, Replica, World, a_world, next_of, of
from tests.makers import (
    a_batch_created,
    a_cancel_requested,
    a_document_classified,
    a_document_extracted,
    a_document_uploaded,
)
from tests.stores import SettingsOf


@pytest.fixture
async def world(settings_of: SettingsOf) -> AsyncIterator[World]:
    async with a_world(settings_of) as world:
        yield world


@pytest.fixture
async def replica(world: World) -> AsyncIterator[Replica]:
    async with world.replica() as replica:
        yield replica


async def test_a_client_sees_where_things_stand_and_then_every_change(world: World, replica: Replica):
    batch = world.batch()
    await world.hear(batch)
    async with world.watching(replica.url, f"/api/batches/{batch.batch_id}/events") as events:
        first = await next_of(events)
        await world.hear(a_document_extracted(**of(batch)), replica=replica)
        changes = [await next_of(events), await next_of(events)]

    assert (first.event, first.data["id"], first.data["status"]) == ("snapshot", str(batch.batch_id), "queued")
    assert [(change.event, change.data["status"]) for change in changes] == [
        ("document.changed", "completed"),
        ("batch.changed", "completed"),
    ]
    assert [change.id for change in changes] == [first.id + 1, first.id + 2]


async def test_a_stream_of_the_tenant_begins_with_the_batches_not_ended(world: World, replica: Replica):
    running, ended = world.batch(), world.batch()
    await world.hear(running, ended, a_document_extracted(**of(ended)))
    async with world.watching(replica.url) as events:
        first = await next_of(events)

    assert [item["id"] for item in first.data["items"]] == [str(running.batch_id)]


async def test_ids_only_and_no_content_are_told(world: World, replica: Replica):
    batch = world.batch()
    async with world.watching(replica.url) as events:
        await next_of(events)
        await world.hear(batch, a_document_extracted(**of(batch)), replica=replica)
        document = await next_of(events)

    assert set(document.data) == {
        *("id", "batch_id", "generation", "status", "stage", "document_type", "needs_review"),
    }


async def test_a_stream_of_a_batch_tells_of_no_other(world: World, replica: Replica):
    mine, other = world.batch(), world.batch()
    await world.hear(mine, other)
    async with world.watching(replica.url, f"/api/batches/{mine.batch_id}/events") as events:
        await next_of(events)
        await world.hear(a_document_extracted(**of(other)), replica=replica)
        await world.hear(a_document_extracted(**of(mine)), replica=replica)
        assert (await next_of(events)).data["batch_id"] == str(mine.batch_id)


async def test_another_tenant_sees_nothing(world: World, replica: Replica):
    stranger = uuid4()
    async with world.watching(replica.url, tenant=stranger) as theirs, world.watching(replica.url) as ours:
        assert (await next_of(theirs)).data["items"] == []
        await next_of(ours)
        batch, own = world.batch(), a_batch_created(tenant_id=stranger)
        await world.hear(batch, replica=replica)
        await next_of(ours)
        await world.hear(own, replica=replica)
        assert (await next_of(theirs)).data["id"] == str(own.batch_id)


async def test_the_log_of_another_tenant_is_out_of_reach_of_the_api(world: World):
    await world.hear(world.batch())
    for table in ("live_log", "live_counters"):
        async with world.api_db.transaction(tenant=uuid4()) as tx:
            assert await rows(tx, f"SELECT * FROM {table}") == []


async def test_a_batch_that_is_being_deleted_is_told_as_gone(world: World, replica: Replica):
    batch = world.batch()
    await world.hear(batch)
    async with world.watching(replica.url) as events:
        await next_of(events)
        asked = a_cancel_requested(tenant_id=world.tenant, batch_id=batch.batch_id, deleting=True)
        await world.hear(asked, replica=replica)
        gone = await next_of(events)

    assert (gone.event, gone.data) == ("batch.deleted", {"id": str(batch.batch_id)})


async def test_a_batch_of_another_tenant_is_not_there(world: World, replica: Replica):
    batch = world.batch()
    await world.hear(batch)
    url = f"{replica.url}/api/batches/{batch.batch_id}/events"
    answer = await world.client.get(url, headers={"authorization": f"Bearer {uuid4()}"})
    assert answer.status_code == 404


async def test_what_was_missed_is_told_and_no_snapshot(world: World, replica: Replica):
    batch = world.batch()
    await world.hear(batch)
    async with world.watching(replica.url) as events:
        seen = await next_of(events)
    await world.hear(a_document_uploaded(**of(batch)))
    await world.hear(a_document_extracted(**of(batch)))
    async with world.watching(replica.url, after=seen.id) as events:
        missed = [await next_of(events) for _ in range(4)]

    assert [change.id for change in missed] == list(range(seen.id + 1, seen.id + 5))
    assert missed[-1].event == "batch.changed"


@pytest.mark.parametrize("after", [10**12, 0])
async def test_an_id_that_cannot_be_replayed_gets_a_snapshot(world: World, replica: Replica, after: int):
    batch = world.batch()
    await world.hear(batch)
    await world.hear(a_document_uploaded(**of(batch)))
    async with world.db.transaction() as tx:
        await run_sql(tx, "DELETE FROM live_log WHERE tenant_id = $1 AND id = 1", world.tenant)
    async with world.watching(replica.url, after=after) as events:
        assert (await next_of(events)).event == "snapshot"


async def test_the_log_forgets_after_a_day(world: World):
    await world.hear(world.batch())
    await world.hear(world.batch())
    async with world.db.transaction() as tx:
        await run_sql(
            tx, "UPDATE live_log SET at = now() - interval '25 hours' WHERE tenant_id = $1 AND id = 1", world.tenant
        )
    await prune(world.db)
    async with world.db.transaction() as tx:
        left = await rows(tx, "SELECT id FROM live_log WHERE tenant_id = $1", world.tenant)
    assert [row.id for row in left] == [2]


async def test_an_event_heard_twice_is_told_once(world: World):
    batch = world.batch()
    extracted = a_document_extracted(**of(batch))
    for _ in range(2):
        await world.hear(batch, extracted)
    async with world.db.transaction() as tx:
        told = await rows(tx, "SELECT kind FROM live_log WHERE tenant_id = $1", world.tenant)
    assert sorted(row.kind for row in told) == ["batch.changed", "document.changed"]


class Follower:
    """A client that leaves after some events and comes back, to one replica and then to the other, with the last id it has.

    It leaves in the middle of what is sent, but never before it got something: how long that takes is the machine's affair.
    """

    def __init__(self, world: World, urls: list[str], seed: int) -> None:
        self._world = world
        self._urls = urls
        self._chance = random.Random(seed)
        self.ids: list[int] = []
        self.connections = 0

    async def follow(self, last: int) -> None:
        """Until the id `last` was seen."""
        while not self.ids or self.ids[-1] < last:
            url = self._urls[self.connections % len(self._urls)]
            self.connections += 1
            leaving = min(last, len(self.ids) + self._chance.randint(1, 30))
            async with self._world.watching(url, after=self.ids[-1] if self.ids else 0) as events:
                while len(self.ids) < leaving:
                    self.ids.append((await anext(events)).id)


async def test_with_concurrent_writers_and_clients_that_come_and_go_nothing_is_missing(world: World):
    batches = [world.batch(5) for _ in range(8)]
    await world.hear(*batches)
    makers = (a_document_uploaded, a_document_classified, a_document_extracted)
    async with world.replica() as one, world.replica() as two:
        replicas = [one, two]

        async def write(batch: BatchCreated, replica: Replica) -> None:
            for maker in makers:
                for position in range(5):
                    await world.hear(maker(**of(batch, position)), replica=replica)

        followers = [Follower(world, [one.url, two.url], seed) for seed in range(10)]
        writing = [write(batch, replicas[index % 2]) for index, batch in enumerate(batches)]
        total = 8 + 2 * 3 * 5 * 8
        async with asyncio.timeout(240):
            await asyncio.gather(*writing, *(follower.follow(total) for follower in followers))

    for follower in followers:
        assert follower.ids == list(range(1, total + 1))
    assert min(follower.connections for follower in followers) > 5


async def test_the_door_hands_events_on_as_they_come(world: World, replica: Replica):
    listener = listen_on(0)
    door = new_door(DoorSettings(aggregator_url=replica.url))
    batch = world.batch()
    await world.hear(batch)
    async with answering(door, listener):
        async with world.watching(url_of(listener)) as events:
            assert (await next_of(events)).event == "snapshot"
            await world.hear(a_document_extracted(**of(batch)), replica=replica)
            assert (await next_of(events)).event == "document.changed"
        async with asyncio.timeout(5):
            while replica.hub.watching:
                await asyncio.sleep(0.02)


async def test_a_stopping_process_ends_its_streams(world: World):
    async with asyncio.timeout(4):
        async with world.replica() as replica:
            events = await _open(world, replica)
        assert [heard async for heard in events] == []


async def _open(world: World, replica: Replica) -> AsyncIterator[Heard]:
    events = _held_open(world, replica)
    await next_of(events)
    return events


async def _held_open(world: World, replica: Replica) -> AsyncIterator[Heard]:
    async with world.watching(replica.url) as events:
        async for heard in events:
            yield heard


async def test_a_revoked_token_ends_its_stream(world: World, replica: Replica, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_routes, "_HEARTBEAT_SECONDS", (0.05, 0.05))
    async with world.watching(replica.url) as events:
        await next_of(events)
        replica.verifier.revoked.add(str(world.tenant))
        async with asyncio.timeout(5):
            assert [heard async for heard in events] == []


async def test_a_stream_that_is_idle_has_a_heartbeat(world: World, replica: Replica, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_routes, "_HEARTBEAT_SECONDS", (0.05, 0.05))
    headers = {"authorization": f"Bearer {world.tenant}"}
    async with (
        asyncio.timeout(5),
        world.client.stream("GET", f"{replica.url}/api/events", headers=headers) as answer,
    ):
        beats = (line async for line in answer.aiter_lines() if line.startswith(":"))
        assert await anext(beats) == ": ping"
