"""Faults of processes: they die at the worst moment, freeze, are stopped, are poisoned."""

import time
from pathlib import Path

import pytest

from tests.faults.record import RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

CONSUMER = ("consumer.before_commit", "consumer.before_ack", "consumer.after_ack")
OUTBOX = ("outbox.after_publish", "outbox.after_confirm", "outbox.after_delete")
JOB = ("job.after_claim", "job.before_commit", "job.after_commit")
INTAKE = ("intake.after_store", "intake.before_commit", "intake.after_commit")
POINTS = {
    "ingest": INTAKE + OUTBOX + CONSUMER,
    "classifier": CONSUMER + JOB + OUTBOX,
    "extractor": CONSUMER + JOB + OUTBOX,
    "aggregator": CONSUMER + OUTBOX,
    "exporter": CONSUMER + JOB + OUTBOX,
    "notifier": CONSUMER + JOB,
}


@pytest.mark.parametrize(("service", "point"), [(name, point) for name, points in POINTS.items() for point in points])
async def test_no_crash_point_loses_or_doubles_work(
    service: str, point: str, world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R01")
    fired = world.arm(service, point)
    fired.unlink(missing_ok=True)

    await hand_in(tenants, batches=1, documents=3, export='{"format": "csv"}')
    await until(lambda: _exists(fired), within=30)
    case.injected(f"{service} killed at {point}")
    died = time.monotonic()
    await world.ready([service])
    case.figure = f"ready again in {time.monotonic() - died:.1f} s"

    assert await settled(world, tenants) == []


async def _exists(file: Path) -> bool | None:
    return file.exists() or None  # noqa: ASYNC240  # a moment
