"""The peers of P1 while they run: each takes documents, and says when the last of their rows is committed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from bench.peers.chain_rows import TABLES

_LOOK_EVERY = 0.05


class Peer(Protocol):
    async def run(self, documents: int) -> None:
        """Returns when every row of so many new documents is committed."""


class FloorPeer:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def run(self, documents: int) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{uuid4()} {documents}\n".encode())
        if await self._process.stdout.readline() != b"done\n":
            raise RuntimeError("the floor broke")


class CeleryPeer:
    """`producer` sends the first tasks, from a process of its own as an API server would."""

    def __init__(self, database: str, environment: dict[str, str]) -> None:
        self._database = database
        self._environment = environment

    async def run(self, documents: int) -> None:
        batch = str(uuid4())
        producer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.peers.celery_producer", batch, str(documents)), env=self._environment
        )
        connection = await asyncpg.connect(self._database)
        try:
            while await connection.fetchval("SELECT count(*) FROM export_rows WHERE batch_id = $1", batch) < documents:
                if producer.returncode:
                    raise RuntimeError("the producer broke")
                await asyncio.sleep(_LOOK_EVERY)
        finally:
            await connection.close()
            await producer.wait()


@asynccontextmanager
async def floor(broker_url: str, postgres_url: str) -> AsyncIterator[Peer]:
    database = await _new_database(postgres_url, "peer_floor")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.peers.floor", broker_url, database), stdin=pipe, stdout=pipe
    )
    try:
        assert process.stdout
        await process.stdout.readline()
        yield FloorPeer(process)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def celery(broker_url: str, postgres_url: str, *, workers: int, log: Path) -> AsyncIterator[Peer]:
    database = await _new_database(postgres_url, "peer_celery")
    environment = {**os.environ, "PEER_BROKER": broker_url, "PEER_DATABASE": database}
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")
    command = (*("-m", "celery", "-A", "bench.peers.celery_chain", "worker"), "--concurrency", str(workers), *quiet)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=output, stderr=output
        )
    try:
        peer = CeleryPeer(database, environment)
        async with asyncio.timeout(60):
            await peer.run(workers)  # so that every worker process is there, and connected
        yield peer
    finally:
        process.terminate()
        await process.wait()


async def _new_database(postgres_url: str, name: str) -> str:
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    url = urlsplit(postgres_url)._replace(path=f"/{name}").geturl()
    connection = await asyncpg.connect(url)
    await connection.execute(TABLES)
    await connection.close()
    return url
