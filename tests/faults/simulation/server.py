"""A PostgreSQL of the simulation's own, with the tables of every service, whose clock is the simulated one.

`now()` and `clock_timestamp()` of our statements, functions and column defaults are found in the schema `public` first,
where they read two small files. The server keeps nothing safe: it lives for one run.
"""

import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import asyncpg

from ingestio.stack.home import Home
from ingestio.stack.passwords import Passwords
from ingestio.stack.ports import remembered_ports
from ingestio.stack.postgres import SETTINGS, start_postgres
from ingestio.stack.process import Child, Recipe, launch
from shared.migrations import ROLES, SERVICES, database_of, upgrade, url_of
from tests.faults.simulation.link import SOCKETS

_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "deadlock_timeout": "10ms",
    "track_functions": "none",
    "track_activities": "off",
    "track_counts": "off",
    "plan_cache_mode": "force_generic_plan",
}
_FROM_THE_START = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "update_process_title": "off",
    **({"unix_socket_directories": f"@{SOCKETS}"} if sys.platform == "linux" else {}),
}
_CLOCK = """
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO PUBLIC;
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
  AS $$ SELECT pg_catalog.to_timestamp(pg_catalog.pg_read_file('simulated-clock')::float8) $$;
CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT pg_catalog.to_timestamp(pg_catalog.pg_read_file('simulated-now')::float8) $$;
"""


@dataclass
class SimulatedClock:
    """What PostgreSQL takes for the time."""

    clock: int
    now: int

    @classmethod
    def in_folder(cls, data: Path) -> "SimulatedClock":
        opened = [os.open(data / f"simulated-{name}", os.O_WRONLY | os.O_CREAT, 0o644) for name in ("clock", "now")]
        written = cls(*opened)
        written.set(clock=0, now=0)
        return written

    def set(self, *, clock: float, now: float) -> None:
        """Simulated epoch seconds; `now` is the beginning of the transaction whose statement comes next."""
        os.pwrite(self.clock, b"%17.6f" % clock, 0)
        os.pwrite(self.now, b"%17.6f" % now, 0)


@dataclass(frozen=True)
class Server:
    """A running server: its administrator's URL, the roles' passwords, and its clock."""

    admin_url: str
    version: tuple[int, ...]
    passwords: dict[str, dict[str, str]]
    clock: SimulatedClock

    def url(self, service: str, role: str) -> str:
        return url_of(self.admin_url, service, role, self.passwords[service][role])


@asynccontextmanager
async def running_server(folder: Path) -> AsyncIterator[Server]:
    """Started, migrated, and gone at the end of the block."""
    home, children = Home(folder), list[Child]()

    def run(recipe: Recipe) -> Child:
        children.append(launch(recipe, home=home))
        return children[-1]

    home.claim()
    try:
        ports = remembered_ports(folder / "ports.json", ("postgres",))
        with patch.dict(SETTINGS, _FROM_THE_START):
            url = await start_postgres(home=home, ports=ports, passwords=Passwords(), run=run)
        yield await _prepared(url, folder / "postgres" / "data")
    finally:
        for child in children:
            await child.stop()
        home.release()


async def _prepared(url: str, data: Path) -> Server:
    admin = await asyncpg.connect(url)
    for name, value in _FAST.items():
        await admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await admin.execute("SELECT pg_reload_conf()")
    clock = SimulatedClock.in_folder(data)
    passwords = {service: {role: secrets.token_hex(8) for role in ROLES} for service in SERVICES}
    server = Server(url, admin.get_server_version()[:2], passwords, clock)
    for service in SERVICES:
        for role in ROLES:
            await admin.execute(f"CREATE ROLE {service}_{role} LOGIN PASSWORD '{passwords[service][role]}'")
        await admin.execute(f"CREATE DATABASE {database_of(service)} OWNER {service}_owner")
        await admin.execute(f"ALTER DATABASE {database_of(service)} SET search_path = public, pg_catalog")
        await _give_clock(url, service)
        await upgrade(service, server.url(service, "owner"))
    await admin.close()
    return server


async def _give_clock(admin_url: str, service: str) -> None:
    url = admin_url.rsplit("/", 1)[0] + f"/{database_of(service)}"
    connection = await asyncpg.connect(url)
    await connection.execute(_CLOCK)
    await connection.close()
