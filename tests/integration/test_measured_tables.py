"""Gauges of tables have one source a service, slow statements are named without their data, and a rollback counts nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from shared import table_stats
from shared.db import Database, after_commit, rows
from shared.table_stats import TableStats
from tests.integration.chain import until
from tests.stores import SettingsOf


@asynccontextmanager
async def measuring(stats: TableStats) -> AsyncIterator[None]:
    task = asyncio.create_task(stats.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def waiting(replica: str) -> float | None:
    return REGISTRY.get_sample_value("ingestio_outbox_rows", {"queue": replica})


async def test_one_replica_measures_and_another_takes_over(settings_of: SettingsOf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(table_stats, "_TRY_AGAIN", 0.1)
    url = settings_of("exporter").database_url

    async def measured_by(replica: str) -> bool | None:
        return waiting(replica) is not None or None

    first = contextlib.AsyncExitStack()
    await first.enter_async_context(measuring(TableStats(url, "first", jobs=True)))
    await until(lambda: measured_by("first"))
    async with measuring(TableStats(url, "second", jobs=True)):
        await asyncio.sleep(0.5)  # several tries
        assert waiting("second") is None
        await first.aclose()

        assert waiting("first") is None
        await until(lambda: measured_by("second"))


async def test_a_slow_statement_is_logged_without_its_parameters(settings_of: SettingsOf):
    db = Database(settings_of("exporter").database_url, name="slow", slow=0.05)

    with capture_logs() as logs:
        async with db.transaction() as tx:
            await rows(tx, "SELECT pg_sleep(0.1), $1::text", "the canary")
    await db.close()

    slow = {
        line["statement"]: line for line in logs if line["event"] == "slow_query"
    }  # on a busy machine BEGIN is slow too
    assert slow["SELECT pg_sleep(0.1), $1::text"]["pool"] == "slow"
    assert "canary" not in str(slow)


async def test_what_is_rolled_back_is_not_counted(extractor_db: Database):
    counted: list[str] = []

    with pytest.raises(LookupError):
        async with extractor_db.transaction() as tx:
            after_commit(tx, lambda: counted.append("rolled back"))
            raise LookupError
    async with extractor_db.transaction() as tx:
        after_commit(tx, lambda: counted.append("committed"))

    assert counted == ["committed"]
