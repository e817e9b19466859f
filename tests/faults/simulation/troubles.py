"""What goes wrong all at once, and for a while: processes that freeze, a broker or a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from tests.faults.simulation.plan import TROUBLE_SECONDS
from tests.faults.simulation.world import CHAIN, World

Trouble = Callable[[World], Awaitable[int]]


async def make_trouble(world: World) -> None:
    """Every kind that is on, once or twice, at moments the seed decides; then calm."""
    async with asyncio.TaskGroup() as group:
        for kind, trouble in _TROUBLES.items():
            if kind in world.plan.on:
                for _ in range(world.plan.dice.choice((1, 1, 2))):
                    group.create_task(_later(world, kind, trouble))
        await asyncio.sleep(TROUBLE_SECONDS)
    world.plan.calm = True
    for process in world.processes:
        process.dies_at = None


async def _later(world: World, kind: str, trouble: Trouble) -> None:
    await asyncio.sleep(world.plan.dice.uniform(0.2, TROUBLE_SECONDS / 2))
    world.plan.struck[kind] += await trouble(world)


async def _freeze(world: World) -> int:
    """Long enough that its jobs are given away."""
    victim = world.plan.conditions.frozen
    alive = world.alive(victim or world.plan.dice.choice(world.names))
    for process in alive[:1]:
        process.freeze()
        await asyncio.sleep(world.plan.dice.uniform(12 if victim else 2, 16))
        process.thaw()
    return len(alive[:1])


async def _restart(world: World) -> int:
    alive = world.alive(world.plan.dice.choice(world.names))
    for process in alive[:1]:
        await process.stop()
    return len(alive[:1])


async def _cut_broker(world: World) -> int:
    return world.broker.drop_connections()


async def _broker_away(world: World) -> int:
    world.broker.away = True
    world.broker.drop_connections()
    await asyncio.sleep(world.plan.dice.uniform(0.5, 5))
    world.broker.away = False
    return 1


async def _lose_messages(world: World) -> int:
    """Of those whom somebody asks again. What a queue of the others lost alone, with no trace, nobody notices."""
    return world.broker.lose_messages(CHAIN)


async def _wipe_broker(world: World) -> int:
    return world.broker.lose_everything(world.names)


async def _lose_route(world: World) -> int:
    """Of one type of event. Who hears all types hears it still, so it is not returned to its sender."""
    return await _without(world, [world.plan.dice.choice(sorted(world.broker.bindings) or ["#"])])


async def _lose_all_routes(world: World) -> int:
    return await _without(world, list(world.broker.bindings))


async def _without(world: World, keys: Sequence[str]) -> int:
    routes = [(key, queue) for key in keys for queue in world.broker.bindings.pop(key, [])]
    await asyncio.sleep(world.plan.dice.uniform(0.5, 4))
    for key, queue in routes:
        if queue in world.broker.queues:  # it may have been lost meanwhile, and made again with its own
            world.broker.bind(queue, key)
    return len(routes)


async def _database_away(world: World) -> int:
    database = world.databases[world.plan.dice.choice(sorted(world.databases))]
    database.away = True
    await asyncio.sleep(world.plan.dice.uniform(0.3, 5))
    database.away = False
    return 1


async def _junk(world: World) -> int:
    queues = [name for name in world.names if name in world.broker.queues]
    if queues:
        world.broker.inject(
            world.plan.dice.choice(queues), world.plan.dice.choice((b"\x00junk", b"{}", b'{"type": 1}'))
        )
    return bool(queues)


_TROUBLES: dict[str, Trouble] = {
    "frozen": _freeze,
    "restarted": _restart,
    "broker connections cut": _cut_broker,
    "broker away": _broker_away,
    "queued messages lost": _lose_messages,
    "broker wiped": _wipe_broker,
    "route missing": _lose_route,
    "all routes missing": _lose_all_routes,
    "database away": _database_away,
    "junk message": _junk,
}
