"""Migrating under a running system: a lock that somebody holds, two at a time, and services that meet the next release's tables."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from ingestio.checkout import ROOT
from ingestio.stack import Urls
from shared.migrations import SERVICES, database_of, upgrade, url_of
from shared.table_stats import TableStats
from tests.integration.chain import Chain
from tests.stores import SettingsOf

NEWEST = max(file.name[:4] for file in (ROOT / "services" / "notifier" / "migrations" / "versions").glob("0*.py"))
ALL = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"


@pytest.fixture
async def owner_url(urls: Urls, settings_of: SettingsOf) -> AsyncIterator[str]:
    """The notifier's tables in a database of their own, some revisions behind, as their owner sees them."""
    password = secrets.token_hex(8)
    admin = await asyncpg.connect(urls.postgres)
    await admin.execute(f"ALTER ROLE notifier_owner PASSWORD '{password}'")
    name = f"behind_{secrets.token_hex(4)}"
    await admin.execute(f"CREATE DATABASE {name} OWNER notifier_owner")
    await admin.close()
    url = url_of(urls.postgres, "notifier", "owner", password).replace(database_of("notifier"), name)
    await upgrade("notifier", url)
    owner = await asyncpg.connect(url)
    await owner.execute(
        "DROP INDEX notices_age; DROP TABLE audit, queue_settings; DROP FUNCTION gone; UPDATE alembic_version SET version_num = '0004'"
    )
    yield url
    await owner.close()


async def revision(url: str) -> str:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("SELECT version_num FROM alembic_version")
    await connection.close()
    return str(found)


async def test_a_migration_waits_for_a_lock_in_short_turns_and_goes_on_when_it_is_free(owner_url: str):
    holder = await asyncpg.connect(owner_url)
    held = holder.transaction()
    await held.start()
    await holder.execute("LOCK TABLE alembic_version")
    migrating = asyncio.create_task(upgrade("notifier", owner_url, lock_timeout="100ms"))
    await waits_for_a_lock(holder)
    await held.rollback()
    await holder.close()

    await migrating
    assert await revision(owner_url) == NEWEST


async def test_a_migration_does_not_wait_for_who_measures_the_tables(owner_url: str):
    measuring = asyncio.create_task(TableStats(owner_url, "notifier", jobs=True).run())
    looking = await asyncpg.connect(owner_url)
    async with asyncio.timeout(20):
        while not await looking.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"):
            await asyncio.sleep(0.05)
        await upgrade("notifier", owner_url)
    await looking.close()
    measuring.cancel()

    assert await revision(owner_url) == NEWEST


async def test_a_migration_that_gets_no_lock_gives_up_and_leaves_the_tables_as_they_are(owner_url: str):
    holder = await asyncpg.connect(owner_url)
    async with holder.transaction():
        await holder.execute("LOCK TABLE alembic_version")
        with pytest.raises(DBAPIError):
            await upgrade("notifier", owner_url, lock_timeout="50ms", tries=1)
    await holder.close()

    assert await revision(owner_url) == "0004"


async def test_two_migrations_at_a_time_do_the_work_once(owner_url: str):
    await asyncio.gather(*(upgrade("notifier", owner_url) for _ in range(2)))

    assert await revision(owner_url) == NEWEST


async def test_a_release_that_is_taken_back_to_leaves_newer_tables_as_they_are(owner_url: str):
    owner = await asyncpg.connect(owner_url)
    await owner.execute("UPDATE alembic_version SET version_num = '9999'")
    await owner.close()
    await upgrade("notifier", owner_url)

    assert await revision(owner_url) == "9999"


async def test_services_go_on_while_the_next_release_adds_columns_and_indexes_to_every_table(chain: Chain, urls: Urls):
    batches = [await chain.submit(3)]
    for name in SERVICES:
        await expand(urls, name)
        batches.append(await chain.submit(2))

    ended = [await chain.ended(batch) for batch in batches]
    assert {batch["status"] for batch in ended} == {"completed"}


async def expand(urls: Urls, service: str) -> None:
    """What an expanding revision may do, to each table of a service: a column with a default, another without, an index."""
    connection = await asyncpg.connect(f"{urls.postgres.rpartition('/')[0]}/{database_of(service)}")
    try:
        await connection.execute("SET lock_timeout = '3s'")
        for row in await connection.fetch(ALL):
            table = row["tablename"]
            await connection.execute(
                f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS of_next_release text,"
                " ADD COLUMN IF NOT EXISTS counted_by_next_release int NOT NULL DEFAULT 0"
            )
            await connection.execute(f"CREATE INDEX IF NOT EXISTS {table}_next ON {table} (of_next_release)")
    finally:
        await connection.close()


async def waits_for_a_lock(connection: "asyncpg.Connection") -> None:
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'alembic_version'::regclass"
    async with asyncio.timeout(20):
        while not await connection.fetchval(asked):
            await asyncio.sleep(0.01)
