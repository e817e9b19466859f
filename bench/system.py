"""A system of its own for a measurement: the local stack in a folder that goes, and the chain's services as processes."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestio.checkout import ROOT
from ingestio.home import Home
from ingestio.local.ports import free_port, url_on
from ingestio.local.preparation import prepare
from ingestio.local.readiness import wait_until_ready
from ingestio.local.service_settings import as_environment, settings_of
from ingestio.local.supervisor import Command, Supervisor
from ingestio.stack import Stack, Urls
from shared.migrations import SERVICES, url_of

CHAIN = ("ingest", "classifier", "extractor", "aggregator", "exporter")


@dataclass(frozen=True)
class Stores:
    """The running stores, every table there, and the home with its secrets."""

    home: Home
    urls: Urls

    def database(self, service: str, role: str = "worker") -> str:
        return url_of(self.urls.postgres, service, role, self.home.passwords()[service][role])


@asynccontextmanager
async def stores() -> AsyncIterator[Stores]:
    """PostgreSQL (fsync on), RabbitMQ and S3, migrated, with the local tenant."""
    with tempfile.TemporaryDirectory(prefix="ingestio-bench-") as folder:
        home = Home(Path(folder))
        home.create()
        async with Stack(home.path) as urls:
            await prepare(home, urls)
            yield Stores(home, urls)


@asynccontextmanager
async def chain(
    there: Stores, *, services: Sequence[str] = CHAIN, environment: Mapping[str, str] | None = None
) -> AsyncIterator[dict[str, int]]:
    """These services, a process each (a name may stand there twice), until the block ends; yields ports by name."""
    names = [f"{name}-{place}" if name in services[:place] else name for place, name in enumerate(services)]
    ports = {name: free_port() for name in names}
    commands = {
        name: Command(
            [sys.executable, "-m", "bench.chain_service", service],
            {**os.environ, "PYTHONPATH": str(ROOT), **_settings(there, service, ports, name), **(environment or {})},
            there.home.logs / f"{name}.log",
        )
        for name, service in zip(names, services, strict=True)
    }
    supervisor = Supervisor(commands, changed=there.home.write_processes)
    try:
        await supervisor.start()
        await wait_until_ready({name: url_on(port) for name, port in ports.items()})
        yield ports
    finally:
        await supervisor.stop()


def _settings(there: Stores, service: str, ports: Mapping[str, int], name: str) -> dict[str, str]:
    """As in `make up`, with the slots of a service that only waits."""
    all_ports = {**dict.fromkeys(SERVICES, 1), **ports, service: ports[name]}
    own = settings_of(service, there.urls, there.home.passwords(), ports=all_ports)
    more = {"classifier": {"slots": "64"}, "extractor": {"local_slots": "64"}}.get(service, {})
    return as_environment({**own, **more})
