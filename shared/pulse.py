"""The pulse of a service: one connection that tells and hears other replicas, looks for forgotten rows, keeps the lease,
and hears how operators have set the queue.

NOTIFY inside writing transactions takes a global lock at commit, so it is sent outside of them, at most 20 a second. One
small statement a second finds what no bell rang for; a raw connection, as an idle service should cost next to nothing.
"""

import asyncio
import time
from typing import Any

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError

from shared.bell import Bell
from shared.queue_settings import READ, QueueSettings
from shared.worker import Worker

log = structlog.get_logger()

_CHANNEL = "ingestio"
_COALESCE_SECONDS = 0.05
_PERIOD = 1.0
_RENEW_SECONDS = 3.0
_PAUSE_AFTER_FAILURE = 1.0

# A plan for every beat would cost more than the beat; one that is kept must not read a table that has grown.
_SETTINGS = {"synchronous_commit": "off", "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}

_OUTBOX = "SELECT EXISTS (SELECT FROM outbox) AS outbox"
_QUEUE = f"""
WITH renewed AS (
  UPDATE workers SET seen = clock_timestamp()
  WHERE $2 AND worker = $1 AND seen > clock_timestamp() - interval '10 s' RETURNING 1
)
SELECT EXISTS (SELECT FROM outbox) AS outbox,
  NOT $2 OR EXISTS (SELECT FROM renewed) AS alive,
  ARRAY(SELECT lease FROM jobs WHERE state = 'r' AND worker = $1) AS held,
  EXISTS (SELECT FROM jobs WHERE state = 'q') AS ready,
  EXISTS (SELECT FROM jobs WHERE state = 's') AS suspects,
  EXISTS (SELECT FROM jobs WHERE state = 'd' AND run_at <= clock_timestamp())
    OR EXISTS (SELECT FROM jobs WHERE state = 'r' AND deadline < clock_timestamp())
    OR EXISTS (SELECT FROM workers WHERE worker <> $1 AND seen < clock_timestamp() - interval '10 s')
    OR EXISTS (SELECT FROM jobs j WHERE state = 'r'
               AND NOT EXISTS (SELECT FROM workers w WHERE w.worker = j.worker)) AS untidy,
  {READ}
"""  # noqa: S608  # a constant


class Pulse:
    """Beats until cancelled; survives the loss of the database."""

    def __init__(self, url: str, bell: Bell, worker: Worker | None = None) -> None:
        self._url = url
        self._bell = bell
        self._worker = worker
        self._renew_at = 0.0

    async def run(self) -> None:
        """Until cancelled; a lost connection is made anew."""
        while True:
            try:
                connection = await asyncpg.connect(
                    self._url,
                    timeout=5,
                    server_settings={"application_name": "ingestio-pulse", **_SETTINGS},
                )
                try:
                    await self._live(connection)
                finally:
                    connection.terminate()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
                log.warning("pulse_missed", error=type(error).__name__)
            await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    async def _live(self, connection: Any) -> None:
        own = connection.get_server_pid()

        def heard(_connection: Any, pid: int, _channel: str, _payload: str) -> None:
            if pid != own:
                self._bell.wake()

        await connection.add_listener(_CHANNEL, heard)
        beat_at = time.monotonic()
        while True:
            if time.monotonic() >= beat_at:
                await self._beat(connection)
                beat_at = time.monotonic() + _PERIOD
            if await _within(self._bell.rung, beat_at - time.monotonic()):
                self._bell.rung.clear()
                await connection.execute(f"NOTIFY {_CHANNEL}", timeout=5)
                await asyncio.sleep(_COALESCE_SECONDS)

    async def _beat(self, connection: Any) -> None:
        if self._worker is None:
            found = await connection.fetchrow(_OUTBOX, timeout=5)
        else:
            renew = time.monotonic() >= self._renew_at
            leases = self._worker.leases  # before the look: what is claimed meanwhile is not missing
            found = await connection.fetchrow(_QUEUE, self._worker.id, renew, timeout=5)
            if renew:
                self._renew_at = time.monotonic() + _RENEW_SECONDS
            await self._tend(self._worker, found)
            self._worker.give_up(leases - set(found["held"]))
            await self._worker.hand_back(set(found["held"]))
        if found["outbox"]:
            self._bell.outbox.set()

    async def _tend(self, worker: Worker, found: Any) -> None:
        if not found["alive"]:
            await worker.start_anew()
        worker.follow(QueueSettings.of(found))
        worker.suspects_wait = found["suspects"]
        if found["untidy"]:
            await worker.sweep()
        if found["ready"] or found["suspects"]:
            self._bell.jobs.set()


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return await event.wait()
    except TimeoutError:
        return False
