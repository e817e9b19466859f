"""One seed from empty tables to its verdict."""

import asyncio
import gc
import hashlib
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import SAWarning

from tests.faults.simulation.checker import violations
from tests.faults.simulation.facts import Facts
from tests.faults.simulation.history import History
from tests.faults.simulation.lockstep import Lockstep
from tests.faults.simulation.plan import ORDINARY, Conditions, Plan
from tests.faults.simulation.scenario import play
from tests.faults.simulation.server import Server
from tests.faults.simulation.sessions import Postgres
from tests.faults.simulation.stand_ins import stand_ins
from tests.faults.simulation.tables import Tables
from tests.faults.simulation.troubles import make_trouble
from tests.faults.simulation.world import World

_LONGEST_SECONDS = 400.0
_LOOK_SECONDS = 3.0
_VACUUM_EVERY = 40
_COLLECT_EVERY = 10


@dataclass
class Verdict:
    """What came of a seed. `digest` is the same whenever the same schedule ran."""

    seed: int
    violations: list[str]
    faults: dict[str, int]
    seconds: float
    digest: str


@dataclass
class Laboratory:
    """A server with its tables, on which seeds run one after the other."""

    server: Server
    scratch: Path
    lockstep: Lockstep = field(default_factory=Lockstep)

    def __post_init__(self) -> None:
        self.lockstep.observe(self.server.admin_url)
        self.postgres = Postgres(self.server, self.lockstep)
        self.tables = Tables(self.server, self.lockstep)
        self._runs = 0
        # Looking for garbage in the middle of every seed took a sixth of the time.
        gc.freeze()
        gc.disable()

    def run(self, seed: int, conditions: Conditions = ORDINARY) -> Verdict:
        """Raises nothing for a system that misbehaves: that is the verdict."""
        self._runs += 1
        self.tables.empty()
        if self._runs % _VACUUM_EVERY == 0:
            self.tables.vacuum()
        world = World(Plan(seed, conditions), server=self.server, postgres=self.postgres, scratch=self.scratch)
        history = History()
        if self._runs % _COLLECT_EVERY == 0:
            _collect_garbage()
        with stand_ins(world), warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            found = world.loop.run_until_complete(self._run(world, history))
        world.loop.close()
        faults = {kind: times for kind, times in sorted(world.plan.struck.items()) if times}
        return Verdict(seed, found, faults, world.loop.time(), _digest(world))

    def close(self) -> None:
        _collect_garbage()
        gc.enable()
        self.lockstep.close([*self.postgres.connections(), *self.tables.connections()])

    async def _run(self, world: World, history: History) -> list[str]:
        tenants = [UUID(int=world.plan.dice.getrandbits(128), version=4) for _ in range(2)]
        few = world.plan.conditions.pages
        for tenant_id, pages in zip(tenants, (None, world.plan.dice.choice((3, 6, 12))), strict=True):
            self.tables.add_tenant(tenant_id, pages=few or pages)
        world.start()
        trouble = asyncio.create_task(make_trouble(world))
        clients = asyncio.create_task(play(world, history, tenants))
        await asyncio.gather(trouble, clients)
        world.check()
        stuck = await self._rest(world)
        await world.stop()
        return violations(Facts(world, history, self.tables, stuck))

    async def _rest(self, world: World) -> list[str]:
        """Wait until everything is done; what is not done after a long time, and what of it."""
        while world.loop.time() < _LONGEST_SECONDS:
            if world.is_up() and world.broker.is_empty(world.names) and not any(self.tables.unrest()):
                return []
            await asyncio.sleep(_LOOK_SECONDS)
        queued = [f"queue {queue.name}: {len(queue.waiting)}" for queue in world.broker.waiting_for(world.names)]
        return [*self.tables.unrest(), *queued] or ["messages on the way"]


def _collect_garbage() -> None:
    """A killed process returns no connection to its pool: here that is no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        gc.collect()


def _digest(world: World) -> str:
    """Of everything that was said on the broker, in its order."""
    said = hashlib.sha256()
    for parcel in world.broker.told:
        said.update(f"{parcel.type} {parcel.message_id}\n".encode())
    return said.hexdigest()[:16]
