"""How long a change takes from its commit to those who watch, and what one who watches costs.

    python -m bench.live_progress --clients 500 --changes 200

Starts PostgreSQL, RabbitMQ and S3 of the local stack (or uses those named by INGESTIO_POSTGRES_URL …), the aggregator as a
process of its own, and clients that open a stream each, spread over tenants.
"""

import argparse
import asyncio
import re
import secrets
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import psutil

from ingestio.local.ports import LOOPBACK, free_port
from ingestio.stack import Stack
from services.aggregator.handlers import project
from shared.db import Database
from shared.migrations import ROLES, migrate, url_of
from tests.makers import a_batch_created

TENANTS = 20
_ID = re.compile(rb'"id": ?"([0-9a-f-]{36})"')


class Client(asyncio.Protocol):
    """One who watches, on a bare socket and as cheap as can be: it runs beside what is measured."""

    def __init__(self, tenant: UUID, sent_at: dict[bytes, float], delays: list[float]) -> None:
        self._tenant = tenant
        self._sent_at = sent_at
        self._delays = delays
        self._rest = b""
        self.ready = asyncio.Event()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvloop's is of no such class
        head = f"GET /api/events HTTP/1.1\r\nhost: live\r\nauthorization: Bearer {self._tenant}\r\n\r\n"
        transport.write(head.encode())

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"data: {"):
                self.ready.set()
                if (found := _ID.search(line)) and (sent := self._sent_at.get(found[1])):
                    self._delays.append(now - sent)


@dataclass(frozen=True)
class Seen:
    """Delays from a commit to a client, sorted, in seconds; KB a client holds of the server; CPU seconds of the server."""

    delays: list[float]
    expected: int
    memory: float
    cpu: float


async def measure(clients: int, changes: int, pause: float) -> Seen:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = await stack.enter_async_context(Stack(folder / "home"))
        passwords = {role: secrets.token_hex(8) for role in ROLES}
        await migrate("aggregator", urls.postgres, passwords)
        worker, api = (url_of(urls.postgres, "aggregator", role, passwords[role]) for role in ("worker", "api"))
        port = free_port()
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.live_server", worker, api, str(port)), stdout=asyncio.subprocess.PIPE
        )
        stack.callback(server.kill)
        assert server.stdout
        await server.stdout.readline()
        server_process = psutil.Process(server.pid)
        return await _watch_and_write(server_process, worker, port, clients=clients, changes=changes, pause=pause)


async def _watch_and_write(
    server: psutil.Process, worker: str, port: int, *, clients: int, changes: int, pause: float
) -> Seen:
    idle = server.memory_info().rss
    tenants = [uuid4() for _ in range(TENANTS)]
    sent_at: dict[bytes, float] = {}
    delays: list[float] = []
    watching = [Client(tenants[n % TENANTS], sent_at, delays) for n in range(clients)]
    loop = asyncio.get_running_loop()
    for client in watching:
        await loop.create_connection(lambda client=client: client, LOOPBACK, port)  # type: ignore[misc]  # its type is not inferred
    await asyncio.gather(*(client.ready.wait() for client in watching))
    await asyncio.sleep(1)
    cpu = sum(server.cpu_times()[:2])
    await _write(worker, [tenants[n % TENANTS] for n in range(changes)], sent_at, pause)
    await asyncio.sleep(1)
    cpu = sum(server.cpu_times()[:2]) - cpu
    memory = (server.memory_info().rss - idle) / clients
    return Seen(sorted(delays), changes * clients // TENANTS, memory / 1024, cpu)


def _print(seen: Seen) -> None:
    delays = seen.delays
    print(f"{len(delays)} of {seen.expected} deliveries")
    print(
        f"commit to client: p50 {statistics.median(delays) * 1000:.0f} ms,"
        f" p99 {delays[int(len(delays) * 0.99)] * 1000:.0f} ms, most {delays[-1] * 1000:.0f} ms"
    )
    print(f"memory a client: {seen.memory:.0f} KB; CPU of the server {seen.cpu:.1f} s")


async def _write(worker: str, tenants: list[UUID], sent_at: dict[bytes, float], pause: float) -> None:
    db, bell = Database(worker), await asyncpg.connect(worker)
    for tenant in tenants:
        batch = a_batch_created(tenant_id=tenant)
        async with db.transaction() as tx:
            await project([batch], tx=tx)
            sent_at[str(batch.batch_id).encode()] = time.perf_counter()
        await bell.execute("NOTIFY ingestio")
        await asyncio.sleep(pause)
    await db.close()
    await bell.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two changes")
    options = parser.parse_args()
    _print(asyncio.run(measure(options.clients, options.changes, options.pause)))
