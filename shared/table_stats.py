"""Gauges of a service's tables: measured by one of its replicas, on a connection of its own that no other work waits for.

An advisory lock says which replica it is; when that one goes, another takes over within seconds. A large queue is looked at less
often, so that looking never takes more than a twentieth of the time.
"""

import asyncio
import time
from typing import Any

import asyncpg
import structlog

from shared.metrics import (
    DEAD_LETTERS,
    MEASURED_AT,
    OUTBOX_OLDEST,
    OUTBOX_ROWS,
    QUEUE_JOBS,
    QUEUE_OLDEST,
    XMIN_AGE,
)

log = structlog.get_logger()

_PERIOD = 10.0
_SHARE_OF_TIME = 20
_TRY_AGAIN = 15.0
_PATIENCE = 30.0

_LOCK = "SELECT pg_try_advisory_lock(4713) AS mine"
_MEASURE = """
SELECT (SELECT count(*) FROM outbox) AS outbox,
  coalesce((SELECT extract(epoch FROM now() - created_at) FROM outbox ORDER BY position LIMIT 1), 0)::float8 AS outbox_age,
  (SELECT count(*) FROM dead_letters WHERE fate IS NULL) AS dead_letters,
  coalesce(greatest(
    (SELECT max(age(backend_xmin)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()),
    (SELECT max(greatest(age(xmin), age(catalog_xmin))) FROM pg_replication_slots),
    (SELECT max(age(transaction)) FROM pg_prepared_xacts)), 0) AS xmin_age
"""
COUNT_JOBS = """
SELECT count(*) FILTER (WHERE state = 'q') AS ready, count(*) FILTER (WHERE state = 'd') AS delayed,
  count(*) FILTER (WHERE state = 's') AS suspect, count(*) FILTER (WHERE state = 'r') AS running,
  coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'q')), 0)::float8 AS oldest
FROM jobs WHERE state IN ('q', 'd', 's', 'r')
"""
_STATES = ("ready", "delayed", "suspect", "running")


class TableStats:
    """Measures until cancelled; survives the loss of the database. `jobs` says whether there is a queue table."""

    def __init__(self, url: str, service: str, *, jobs: bool) -> None:
        self._url = url
        self._service = service
        self._jobs = jobs

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                connection = await asyncpg.connect(
                    self._url, timeout=5, server_settings={"application_name": "ingestio-stats", "jit": "off"}
                )
                try:
                    await self._measure_while_ours(connection)
                finally:
                    connection.terminate()
                    self._forget()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("stats_missed", service=self._service, error=type(error).__name__)
            await asyncio.sleep(_TRY_AGAIN)

    async def _measure_while_ours(self, connection: Any) -> None:
        """Until the connection breaks; at once when another replica measures."""
        if not (await connection.fetchrow(_LOCK, timeout=_PATIENCE))["mine"]:
            return
        while True:
            began = time.monotonic()
            await self._measure(connection)
            await asyncio.sleep(max(_PERIOD, (time.monotonic() - began) * _SHARE_OF_TIME))

    async def _measure(self, connection: Any) -> None:
        found = await connection.fetchrow(_MEASURE, timeout=_PATIENCE)
        OUTBOX_ROWS.labels(self._service).set(found["outbox"])
        OUTBOX_OLDEST.labels(self._service).set(found["outbox_age"])
        DEAD_LETTERS.labels(self._service).set(found["dead_letters"])
        XMIN_AGE.labels(self._service).set(found["xmin_age"])
        if self._jobs:
            found = await connection.fetchrow(COUNT_JOBS, timeout=_PATIENCE)
            for state in _STATES:
                QUEUE_JOBS.labels(self._service, state).set(found[state])
            QUEUE_OLDEST.labels(self._service).set(found["oldest"])
        MEASURED_AT.labels(self._service).set_to_current_time()

    def _forget(self) -> None:
        """Another replica may measure now: what is known here is no longer true."""
        for gauge in (OUTBOX_ROWS, OUTBOX_OLDEST, DEAD_LETTERS, XMIN_AGE, QUEUE_OLDEST, MEASURED_AT):
            gauge.remove_by_labels({"queue": self._service})
        QUEUE_JOBS.remove_by_labels({"queue": self._service})
