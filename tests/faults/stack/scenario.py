"""The one story of every case: documents come, something breaks, documents keep coming, it heals, and then everything must hold."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

from tests.faults.record import Case
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in, trickle
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

Fault = Callable[[World, Case], Awaitable[None]]


async def survives(
    world: World,
    tenants: Sequence[Tenant],
    case: Case,
    fault: Fault,
    *,
    flows_within: float,
    within: float = 60,
    pause: float = 1.0,
) -> None:
    """Run the fault under load, a batch every `pause` seconds: as much as two worlds on the same two cores can work off.

    `flows_within`: seconds from its end until a new document is through the whole chain; `within`: until all is done.
    """
    over = asyncio.Event()
    await hand_in(tenants, batches=1, documents=3)
    loading = asyncio.create_task(trickle(tenants, until=over, pause=pause))
    try:
        await fault(world, case)
        took = await flow(tenants[0])
    finally:
        over.set()
        await loading
    case.took("flows again", took, limit=flows_within)
    wrong = await settled(world, tenants, within=within)
    assert not wrong, wrong  # spelled out: pytest explains asserts of test modules only


async def flow(tenant: Tenant, documents: int = 1) -> float:
    """Seconds that a new batch needs through the whole chain, from the first attempt to hand it in to its webhook."""
    began = time.monotonic()
    batch = await tenant.submit(documents)
    await until(partial(is_told, tenant, batch.id), within=120)
    return time.monotonic() - began


async def is_told(tenant: Tenant, batch_id: UUID) -> bool | None:
    """True when a webhook said that the batch is completed."""
    told = (event for _, event in tenant.webhooks if event["type"] == "batch.completed")
    return any(event["batch_id"] == str(batch_id) for event in told) or None
