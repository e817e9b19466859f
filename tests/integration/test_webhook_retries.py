"""Deliveries that meet trouble: retried over days, repeated after a crash, and never in each other's way."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from services.notifier.deliver import RETRIES, deliver
from services.notifier.sealing import Seal
from services.notifier.turns import Turns
from shared.db import rows, run_sql
from shared.errors import Stage
from shared.jobs import claim
from shared.worker import Worker
from tests.integration.notifier_world import SEALING_KEY, Notifier
from tests.integration.webhook_receivers import Receiver
from tests.makers import an_export_completed


async def test_a_failing_receiver_is_tried_on_a_schedule_of_days_under_the_same_id(
    notifier: Notifier, receiver: Receiver
):
    webhook = await notifier.webhook(receiver.url("/500"))
    event = notifier.completed()
    await notifier.hear(event)
    waits = []
    while await notifier.run_due():
        async with notifier.db.transaction() as tx:
            found = await rows(
                tx, "SELECT extract(epoch FROM run_at - clock_timestamp()) AS wait FROM jobs WHERE state = 'd'"
            )
        waits += [float(row.wait) for row in found]
        await notifier.pass_time()

    (delivery,) = await notifier.deliveries(webhook)
    assert delivery["state"] == "failed"
    assert len(delivery["attempts"]) == len(receiver.received) == 10
    assert delivery["attempts"][0]["answer"] == "It broke."
    assert {request.headers["webhook-id"] for request in receiver.received} == {str(event.id)}
    assert all(least - 2 <= wait <= least * 1.1 for least, wait in zip(RETRIES.delays, waits, strict=True))
    assert sum(waits) > 3 * 24 * 3600


async def test_a_worker_that_dies_repeats_with_the_same_id_and_loses_nothing(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    event = notifier.completed()
    await notifier.hear(event)
    for _ in range(5):  # more deaths than a document's job survives
        dying = uuid4()
        async with notifier.db.transaction() as tx:
            await run_sql(tx, "INSERT INTO workers VALUES ($1, clock_timestamp() - interval '1 minute')", dying)
        (job,) = await claim(notifier.db, worker=dying, slots=5, idle=True, max_run=timedelta(minutes=1))
        await deliver(
            job, db=notifier.db, sender=notifier.sender, turns=Turns(), seal=Seal([SEALING_KEY])
        )  # and its outcome is lost
        await notifier.pass_time()
    await notifier.run_due()

    assert [request.headers["webhook-id"] for request in receiver.received] == [str(event.id)] * 6
    assert [delivery["state"] for delivery in await notifier.deliveries(webhook)] == ["delivered"]


@asynccontextmanager
async def working(notifier: Notifier) -> AsyncIterator[None]:
    """A worker as the service runs it."""
    bell = notifier.service.bell
    run = partial(deliver, db=notifier.db, sender=notifier.sender, turns=Turns(), seal=Seal([SEALING_KEY]))
    worker = Worker(db=notifier.db, bell=bell, run=run, failed=None, stage=Stage.NOTIFY, slots=256, retries=RETRIES)
    await worker.register()
    bell.ring()
    running = asyncio.create_task(worker.run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("neighbour", ["of another tenant", "of the same tenant"])
async def test_a_receiver_that_hangs_delays_only_its_own_deliveries(
    notifier: Notifier, receiver: Receiver, neighbour: str
):
    """Five hundred deliveries to the receiver that hangs come first."""
    await notifier.webhook(receiver.url("/hang"))
    await notifier.hear(*(notifier.completed(batch_id=uuid4()) for _ in range(500)))
    notifier.tenant = notifier.tenant if neighbour == "of the same tenant" else uuid4()
    await notifier.webhook(receiver.url("/ok"), events=["export.completed"])
    clock = asyncio.get_running_loop().time
    delays = []
    async with working(notifier):
        for number in range(1, 21):
            began = clock()
            await notifier.hear(an_export_completed(tenant_id=notifier.tenant))
            notifier.service.bell.ring()
            async with asyncio.timeout(20):
                while len(receiver.at("/ok")) < number:
                    await asyncio.sleep(0.01)
            delays.append(clock() - began)

    assert len(receiver.at("/hang")) >= 8
    assert statistics.quantiles(delays, n=20)[-1] < 2, delays
