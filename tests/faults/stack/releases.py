"""Another release's code, taken out of git, and its replicas beside ours, behind one address a service that stays."""

import asyncio
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path

from ingestio.checkout import ROOT
from ingestio.local.ports import free_port, url_on
from ingestio.local.supervisor import Supervisor
from shared.migrations import SERVICES
from tests.faults.stack.proxy import Link, listening
from tests.faults.stack.waiting import until
from tests.faults.stack.world import READY_WITHIN, World, command, is_ready
from tests.plain_http import plain_client

FROM = "INGESTIO_UPGRADE_FROM"
# As deploy/roll_out rolls: who only hears comes first.
ORDER = ("notifier", "aggregator", "exporter", "extractor", "classifier", "ingest")
_REVISIONS = ":(glob)services/*/migrations/versions/*.py"
_LEAVES_SECONDS = 1.0  # between the last new connection to a replica and its end, as a pod has
_MIGRATE = """
import asyncio, json, sys
from shared.messaging import declare_topology
from shared.migrations import migrate_all
given = json.load(sys.stdin)
asyncio.run(migrate_all(given["postgres"], given["passwords"]))
asyncio.run(declare_topology(given["rabbitmq"]))
"""


class NoSuchCommitError(Exception):
    """It is not in this clone: a shallow one has the newest commits only (`git fetch --unshallow`)."""


def earlier_commit() -> str | None:
    """What is upgraded from: what INGESTIO_UPGRADE_FROM names, else this branch before it had the newest revision of the tables.

    None where this clone has no such history. Raises NoSuchCommitError for a name that is not there.
    """
    if named := os.environ.get(FROM):
        if found := _commit(named):
            return found
        raise NoSuchCommitError(f"{named}: {NoSuchCommitError.__doc__}")
    newest = _git("log", "-1", "--first-parent", "-m", "--format=%H", "--diff-filter=A", "--", _REVISIONS)
    return _commit(f"{newest.stdout.strip()}~1") if newest.stdout.strip() else None


def _commit(name: str) -> str | None:
    found = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return found.stdout.strip() or None


def _git(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, check=False)  # our own words


def unpacked(commit: str, folder: Path) -> Path:
    """The code of a commit, in a folder of its own."""
    packed = subprocess.run(["git", "-C", ROOT, "archive", commit], capture_output=True, check=True)  # as above
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


async def migrate_with(code: Path, world: World) -> None:
    """Bring the tables of all services to the newest revision that this code has, as its own migration does."""
    given = {"postgres": world.urls.postgres, "rabbitmq": world.urls.rabbitmq, "passwords": world.passwords}
    migrating = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", _MIGRATE),
        env=os.environ | {"PYTHONPATH": str(code)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await migrating.communicate(json.dumps(given).encode())
    assert migrating.returncode == 0, said.decode()


@dataclass
class Fleet:
    """Replicas by service and code. `doors` are where clients and services ask, whoever answers there."""

    world: World
    doors: dict[str, Link] = field(default_factory=dict)
    running: dict[tuple[str, Path], tuple[int, Supervisor]] = field(default_factory=dict)

    async def start(self, service: str, code: Path) -> None:
        """One replica, ready; it hears events from now on, and is asked once the door leads to it."""
        port = free_port()
        supervisor = Supervisor({service: command(self.world, service, port=port, code=code)}, changed=lambda _: None)
        self.running[service, code] = port, supervisor
        await supervisor.start()
        async with plain_client(timeout=5) as client:
            await until(partial(is_ready, client, url_on(port)), within=READY_WITHIN)

    async def stop(self, service: str, code: Path) -> None:
        _, supervisor = self.running.pop((service, code))
        await supervisor.stop()

    def lead_to(self, service: str, code: Path) -> None:
        """New connections; those that stand stay until their replica ends."""
        self.doors[service].to, _ = self.running[service, code]

    async def beside(self, code: Path) -> None:
        """A replica of every service of this release beside what runs."""
        await asyncio.gather(*(self.start(service, code) for service in ORDER))

    async def replace(self, before: Path, after: Path) -> None:
        """Service by service, as a roll-out does: the door leads to the other, and the one before drains."""
        for service in ORDER:
            self.lead_to(service, after)
            await asyncio.sleep(_LEAVES_SECONDS)
            await self.stop(service, before)

    async def end(self) -> None:
        await asyncio.gather(*(self.stop(service, code) for service, code in list(self.running)))


@asynccontextmanager
async def fleet_of(world: World) -> AsyncIterator[Fleet]:
    """No replica yet, and a door for each service, which is the address that everybody knows."""
    fleet = Fleet(world)
    async with AsyncExitStack() as cleanup:
        for service in SERVICES:
            fleet.doors[service] = await cleanup.enter_async_context(listening(Link(0)))
            world.ports[service] = fleet.doors[service].port
        cleanup.push_async_callback(fleet.end)
        yield fleet
