"""Loads, scaled to two shared cores: the list's L1 is 200 documents, ours is 40 in 8 batches of 4 tenants."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.faults.stack.history import Accepted, Tenant


async def hand_in(tenants: Sequence[Tenant], *, batches: int = 2, documents: int = 5, **fields: Any) -> list[Accepted]:
    """So many batches for each tenant, all at once."""
    return list(
        await asyncio.gather(*(tenant.submit(documents, **fields) for tenant in tenants for _ in range(batches)))
    )


async def trickle(tenants: Sequence[Tenant], *, until: asyncio.Event, pause: float = 1.0) -> None:
    """A small batch of each tenant in turn, again and again, until the event."""
    while not until.is_set():
        for tenant in tenants:
            await tenant.submit(3)
            await asyncio.sleep(pause)
