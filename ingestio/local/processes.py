"""One operating-system process a service, watched by a supervisor, behind the console's one door."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psutil

from ingestio.home import Home, Passwords
from ingestio.local.addresses import LOOPBACK, Stores, as_environment, free_port, settings_of, url_on
from ingestio.local.supervisor import Command, Supervisor
from shared.migrations import SERVICES

ROOT = Path(__file__).parents[2]
DOOR = "console"
_READY_WITHIN = 90.0


class NotReadyError(Exception):
    """Some services did not become ready in time."""


@asynccontextmanager
async def separate_processes(home: Home, stores: Stores, passwords: Passwords, *, port: int) -> AsyncIterator[None]:
    """Start every service and the door, and wait until all are ready. Raises NotReadyError."""
    end_leftovers(home.processes())
    ports = {name: free_port() for name in SERVICES} | {DOOR: port}
    supervisor = Supervisor(_commands(home, stores, passwords, ports), changed=home.write_processes)
    try:
        await supervisor.start()
        await wait_until_ready({name: url_on(used) for name, used in ports.items()})
        yield
    finally:
        await supervisor.stop()


def end_leftovers(pids: Mapping[str, int]) -> None:
    """End services that outlived a supervisor which was killed: by pid, and only what is one of ours by its command."""
    for name, pid in pids.items():
        try:
            process = psutil.Process(pid)
            if f"services.{name}" in process.cmdline():
                process.send_signal(signal.SIGKILL)
                process.wait(5)
        except psutil.NoSuchProcess:
            continue


async def wait_until_ready(urls: Mapping[str, str], *, within: float = _READY_WITHIN) -> None:
    """Ask each service until it is ready. Raises NotReadyError naming those that are not in time."""
    missing = dict(urls)
    deadline = time.monotonic() + within
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
        while missing:
            if time.monotonic() > deadline:
                raise NotReadyError(", ".join(sorted(missing)))
            answers = await asyncio.gather(*(_is_ready(client, url) for url in missing.values()))
            missing = {name: url for (name, url), ready in zip(missing.items(), answers, strict=True) if not ready}
            await asyncio.sleep(0.1 if missing else 0)


async def _is_ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


def _commands(home: Home, stores: Stores, passwords: Passwords, ports: Mapping[str, int]) -> dict[str, Command]:
    settings = {
        name: settings_of(name, stores, passwords, port=ports[name], ingest_port=ports["ingest"]) for name in SERVICES
    }
    door = {f"{name}_url": url_on(ports[name]) for name in SERVICES}
    settings[DOOR] = {**door, "host": LOOPBACK, "port": str(ports[DOOR])}
    return {
        name: Command(
            [sys.executable, "-m", f"services.{name}"],
            {**os.environ, "PYTHONPATH": str(ROOT), **as_environment(values)},
            home.logs / f"{name}.log",
        )
        for name, values in settings.items()
    }
