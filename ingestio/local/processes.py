"""One operating-system process a service, watched by a supervisor, behind the console's one door."""

import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import psutil

from ingestio.checkout import ROOT
from ingestio.home import Home
from ingestio.local.ports import LOOPBACK, free_port, url_on
from ingestio.local.readiness import wait_until_ready
from ingestio.local.service_settings import as_environment, settings_of
from ingestio.local.supervisor import Command, Supervisor
from ingestio.stack import Urls
from shared.migrations import SERVICES

DOOR = "console"


@asynccontextmanager
async def separate_processes(home: Home, stores: Urls, door: socket.socket) -> AsyncIterator[None]:
    """Start every service and the door, and wait until all are ready. Raises NotReadyError."""
    end_leftovers(home.processes())
    ports = {name: free_port() for name in SERVICES} | {DOOR: door.getsockname()[1]}
    door.close()  # the console's process takes it over
    supervisor = Supervisor(_commands(home, stores, ports), changed=home.write_processes)
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


def _commands(home: Home, stores: Urls, ports: Mapping[str, int]) -> dict[str, Command]:
    passwords = home.passwords()
    settings = {name: settings_of(name, stores, passwords, ports=ports) for name in SERVICES}
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
