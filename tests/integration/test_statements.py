"""Statements on the connection beneath SQLAlchemy's: what they return, how their errors are told, whose connection they use."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from ingestio.stack import Urls
from shared.db import Database, after_commit, is_transient, is_unstorable, rows, run_sql
from tests.stores import SettingsOf

_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()"
_SHOWN = "WITH one AS MATERIALIZED (SELECT 1) SELECT number FROM one, show()"  # as the claim does, which keeps its plan
_ADD = "INSERT INTO workers VALUES ($1, now())"


@pytest.fixture
async def db(settings_of: SettingsOf) -> AsyncIterator[Database]:
    database = Database(settings_of("extractor").database_url, name=f"statements-{uuid4().hex[:8]}")
    yield database
    await database.close()


async def test_a_row_has_its_columns_as_attributes_and_in_order(db: Database):
    (row,) = await db.ask("SELECT 7 AS number, $1::text AS word", "seven")

    assert (row.number, row.word, tuple(row)) == (7, "seven", (7, "seven"))


async def test_a_column_that_is_not_there_is_no_attribute(db: Database):
    (row,) = await db.ask("SELECT 7 AS number")

    with pytest.raises(AttributeError):
        _ = row.word


async def test_a_statement_tells_how_many_rows_it_touched(db: Database):
    async with db.transaction() as tx:
        added = await run_sql(tx, "INSERT INTO workers SELECT gen_random_uuid(), now() FROM generate_series(1, 3)")
        await run_sql(tx, "DELETE FROM workers")

    assert added.rowcount == 3


async def test_what_an_error_undid_is_not_there(db: Database):
    worker = uuid4()
    with pytest.raises(IntegrityError):
        async with db.transaction() as tx:
            await run_sql(tx, _ADD, worker)
            await run_sql(tx, _ADD, worker)

    assert not await db.ask("SELECT 1 FROM workers WHERE worker = $1", worker)


async def test_what_was_taken_back_on_purpose_is_not_there_and_is_told_to_nobody(db: Database):
    worker, told = uuid4(), asyncio.Event()
    async with db.transaction() as tx:
        await run_sql(tx, _ADD, worker)
        after_commit(tx, told.set)
        await tx.rollback()

    assert not await db.ask("SELECT 1 FROM workers WHERE worker = $1", worker)
    assert not told.is_set()


async def test_what_is_composed_of_columns_is_in_the_same_transaction(db: Database):
    worker = uuid4()
    with pytest.raises(IntegrityError):
        async with db.transaction() as tx:
            await tx.execute(text("INSERT INTO workers VALUES (:worker, now())"), {"worker": worker})
            await run_sql(tx, _ADD, worker)

    assert not await db.ask("SELECT 1 FROM workers WHERE worker = $1", worker)


async def test_more_at_once_than_the_pool_keeps_are_served_and_closed(settings_of: SettingsOf):
    small = Database(settings_of("extractor").database_url, pool_size=1)
    both_are_in = asyncio.Barrier(2)

    async def one() -> None:
        async with small.transaction() as tx:
            await both_are_in.wait()
            await run_sql(tx, "SELECT 1")

    await asyncio.gather(one(), one())
    (kept,) = await small.ask("SELECT 1 AS one")
    await small.close()

    assert kept.one == 1


async def test_an_error_quotes_no_parameter(db: Database):
    with pytest.raises(DBAPIError) as raised:
        await db.ask("SELECT $1::text::jsonb", "a secret of mine")

    assert "secret" not in str(raised.value.statement) + str(raised.value.params)


async def test_a_value_that_no_column_can_hold_is_told_as_such(db: Database):
    with pytest.raises(DBAPIError) as raised:
        await db.ask("SELECT $1::text", "\0")

    assert is_unstorable(raised.value)


async def test_a_connection_that_ends_within_a_transaction_is_a_transient_error(db: Database, settings_of: SettingsOf):
    other = Database(settings_of("extractor").database_url)
    with pytest.raises(DBAPIError) as raised:
        async with db.transaction() as tx:
            await rows(tx, "SELECT 1")
            await other.ask(_END, f"ingestio-{db.name}")
            await rows(tx, "SELECT 1")
    await other.close()

    assert is_transient(raised.value)
    assert (await db.ask("SELECT 1 AS one"))[0].one == 1


async def test_a_connection_that_the_server_closed_is_handed_to_nobody(db: Database, settings_of: SettingsOf):
    other = Database(settings_of("extractor").database_url)
    await db.ask("SELECT 1")
    await other.ask(_END, f"ingestio-{db.name}")
    await other.ask("SELECT pg_sleep(0.1)")
    await other.close()
    async with db.transaction() as tx:
        found = await rows(tx, "SELECT 1 AS one")

    assert found[0].one == 1


async def test_a_statement_by_itself_leaves_no_transaction_open(db: Database):
    await db.ask("SELECT set_config('app.tenant', $1, true)", str(uuid4()))

    assert not (await db.ask("SELECT nullif(current_setting('app.tenant', true), '') AS tenant"))[0].tenant


async def test_who_stops_waiting_leaves_no_transaction_to_whoever_comes_next(db: Database, settings_of: SettingsOf):
    """Stopped at each step of a transaction's beginning. What is written afterwards would hang in one that nobody ends."""
    other, written = Database(settings_of("extractor").database_url), []
    for steps in range(12):
        task = asyncio.create_task(db.ask("SELECT 1") if steps % 2 else _touch(db))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        written.append(uuid4())
        async with db.transaction() as tx:
            await run_sql(tx, _ADD, written[-1])
    found = await other.ask("SELECT worker FROM workers WHERE worker = ANY($1::uuid[])", written)
    await other.close()

    assert {row.worker for row in found} == set(written)


async def _touch(db: Database) -> None:
    async with db.transaction() as tx:
        await run_sql(tx, "SELECT 1")


async def test_how_a_transaction_by_key_is_planned_ends_with_it(db: Database):
    how = "SELECT current_setting('plan_cache_mode') AS plans, current_setting('enable_seqscan') AS scans"
    async with db.transaction(by_key=True) as tx:
        (within,) = await rows(tx, how)
    (after,) = await db.ask(how)

    assert tuple(within) == ("force_generic_plan", "off")
    assert tuple(after) == ("auto", "on")


async def test_a_plan_for_a_column_that_is_gone_is_made_anew(db: Database, urls: Urls):
    admin = await asyncpg.connect(urlsplit(urls.postgres)._replace(path="/ingestio_extractor").geturl())
    try:
        await admin.execute("CREATE TABLE shown (number int, gone text); INSERT INTO shown VALUES (7)")
        body = "BEGIN RETURN QUERY SELECT * FROM shown; END"
        await admin.execute(f"CREATE FUNCTION show() RETURNS SETOF shown LANGUAGE plpgsql AS '{body}'")
        await admin.execute("GRANT SELECT ON shown TO PUBLIC; GRANT EXECUTE ON FUNCTION show TO PUBLIC")
        async with asyncio.TaskGroup() as side_by_side:
            for _ in range(6):
                side_by_side.create_task(_ask_often(db))
        await admin.execute("ALTER TABLE shown DROP COLUMN gone")

        with pytest.raises(DBAPIError) as raised:
            await db.ask(_SHOWN)
        async with asyncio.timeout(10):
            while not await _is_shown(db):
                pass
    finally:
        await admin.execute("DROP FUNCTION show; DROP TABLE shown")
        await admin.close()

    assert is_transient(raised.value)


async def _ask_often(db: Database) -> None:
    for _ in range(8):
        await db.ask(_SHOWN)


async def _is_shown(db: Database) -> bool:
    try:
        return [row.number for row in await db.ask(_SHOWN)] == [7]
    except DBAPIError:
        return False


async def test_a_plan_made_for_an_empty_table_is_made_anew_when_the_table_has_grown(urls: Urls):
    """Two indexes: of an empty table the one by a single column looks as good, and of a full one it reads everything."""
    database = Database(urls.postgres, pool_size=1, name="plans")
    explained = "EXPLAIN EXECUTE found ('{5}')"
    async with database.transaction(by_key=True) as tx:
        await tx.run("CREATE TEMP TABLE t (a int, b int, PRIMARY KEY (a, b)); CREATE INDEX only_a ON t (a) INCLUDE (b)")
        await tx.run("PREPARE found AS SELECT t.b FROM unnest($1::int[]) AS k (b) JOIN t ON t.a = 1 AND t.b = k.b")
    async with database.transaction(by_key=True) as tx:
        planned = await rows(tx, explained)
        await run_sql(tx, "INSERT INTO t SELECT 1, n FROM generate_series(1, 5000) AS n")
    async with database.transaction(by_key=True) as tx:
        kept = await rows(tx, explained)
    async with database.transaction(by_key=True) as tx:
        anew = await rows(tx, explained)
    await database.close()

    assert kept == planned
    assert anew != planned
    assert "t_pkey" in str(anew)
