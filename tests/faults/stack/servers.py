"""Further PostgreSQL servers beside the first: standbys that follow it, and restores from a base backup and its log."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from ingestio.local.ports import free_port
from ingestio.stack.postgres import programs
from ingestio.stack.process import Recipe, wrapped
from ingestio.stack.ready import postgres_answers, wait_ready
from tests.faults.stack.proxy import Link
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World, through


async def base_backup(world: World, name: str, *, link: Link | None = None) -> Path:
    """A copy of the running server, made to follow it, by way of the link where one is given; its data folder."""
    recipe = world.child("postgres").recipe
    target = recipe.folder / name
    url = through(world.urls.postgres, link) if link else world.urls.postgres
    options = ("-R", "-X", "stream", "-c", "fast", "-D", str(target), "-d", url)
    order: list[str | Path] = [programs() / "pg_basebackup", *options]
    copying = await asyncio.create_subprocess_exec(
        *wrapped(order, privileges=recipe.privileges), cwd=recipe.folder, env=dict(recipe.environ)
    )
    assert await copying.wait() == 0
    return target


async def start_on(world: World, data: Path, *, settings: Mapping[str, str] | None = None) -> str:
    """Start a server on this data, on a port of its own; the administrator's URL."""
    port = free_port()
    original = world.child("postgres").recipe
    recipe = replace(original, name=data.name, command=_on(original, data, {"port": str(port), **(settings or {})}))
    world.run(recipe)
    url = urlsplit(world.urls.postgres)
    there = url._replace(netloc=f"{url.username}:{url.password}@127.0.0.1:{port}").geturl()
    await wait_ready(partial(postgres_answers, there), what=data.name, within=60)
    return there


def _on(recipe: Recipe, data: Path, settings: Mapping[str, str]) -> list[str | Path]:
    program, folder_option, _, *given = recipe.command
    others = [word for word in given if not str(word).startswith("--port=")]
    return [program, folder_option, data, *others, *(f"--{name}={value}" for name, value in settings.items())]


async def follows(world: World) -> None:
    """Wait until a standby has everything that the first server wrote."""
    sql = "SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_flush_lsn()"
    await until(lambda: _any(world.urls.postgres, sql), within=30)


async def _any(url: str, sql: str) -> bool | None:
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetch(sql)) or None
    finally:
        await connection.close()


async def administer(url: str, *orders: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for order in orders:
            await connection.execute(order)
    finally:
        await connection.close()


def move_to(world: World, url: str) -> None:
    """From now on every way to PostgreSQL leads here."""
    port = urlsplit(url).port
    assert port
    world.urls = replace(world.urls, postgres=url)
    for link in world.to("postgres"):
        link.to = port
        link.cut()
