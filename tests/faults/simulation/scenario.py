"""What the clients of a seed do, and when."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

from tests.faults.simulation.clients import Client, make_files
from tests.faults.simulation.history import History, Submission
from tests.faults.simulation.world import World

BROKEN = -1
_LATEST_START = 4.0
_MOST_BATCHES = 3


async def play(world: World, history: History, tenants: list[UUID]) -> None:
    """All submissions side by side; returns when the clients are through."""
    dice, rush = world.plan.dice, world.plan.conditions.rush
    async with asyncio.TaskGroup() as group:
        for number in range(_MOST_BATCHES if rush else dice.choice((1, 1, 1, 1, 2, _MOST_BATCHES))):
            tenant_id = tenants[0] if rush else dice.choice(tenants)
            pages = [dice.choice((1, 1, 2, 3, BROKEN)) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
            submission = Submission(
                tenant_id, f"batch {number}", pages, wants_export=world.plan.whole and dice.random() < 0.5
            )
            client = Client(tenant_id, world, history)
            stranger = Client(next(one for one in tenants if one != tenant_id), world, history)
            group.create_task(_one(client, submission, stranger=stranger, start=_start(world)))


def _start(world: World) -> float:
    """In a rush all start when everything is up."""
    return _LATEST_START if world.plan.conditions.rush else world.plan.dice.uniform(0, _LATEST_START)


async def _one(client: Client, submission: Submission, *, stranger: Client, start: float) -> None:
    dice = client.world.plan.dice
    wishes = _wishes(client)
    await asyncio.sleep(start)
    files = make_files(submission.pages, first=len(client.history.submissions) * 10)
    await client.submit(submission, files=files)
    if submission.batch_id is None:
        return
    if "cancel" in wishes:
        await asyncio.sleep(dice.random() ** 2 * 12)
        await client.cancel(submission)
    if "peek" in wishes:
        await stranger.peek(submission)
    if "retry" in wishes and await client.wait_for_end(submission) in {"failed", "partially_completed", "cancelled"}:
        await client.retry(submission)
    elif "watch" in wishes:
        await client.wait_for_end(submission)
    if "delete" in wishes:
        await asyncio.sleep(dice.random() ** 2 * 20)
        await client.delete(submission)


def _wishes(client: Client) -> frozenset[str]:
    if client.world.plan.conditions.wishes is not None:
        return client.world.plan.conditions.wishes
    dice = client.world.plan.dice

    def some() -> Iterator[str]:
        for wish, share in (("cancel", 0.25), ("retry", 0.4), ("watch", 0.4), ("delete", 0.2), ("peek", 0.5)):
            if dice.random() < share:
                yield wish

    return frozenset(some())
