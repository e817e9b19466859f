"""The pulse of a service: one small statement a second that finds what no bell rang for, and keeps the worker alive."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from shared.bell import Bell
from shared.db import Database, rows
from shared.worker import Worker

log = structlog.get_logger()

_PERIOD = 1.0
_RENEW_EVERY = 3  # periods

_OUTBOX = "SELECT EXISTS (SELECT FROM outbox) AS outbox"
_QUEUE = """
SELECT EXISTS (SELECT FROM outbox) AS outbox,
  EXISTS (SELECT FROM jobs WHERE state = 'q') AS ready,
  EXISTS (SELECT FROM jobs WHERE state = 's') AS suspects,
  EXISTS (SELECT FROM jobs WHERE state = 'd' AND run_at <= clock_timestamp())
    OR EXISTS (SELECT FROM jobs WHERE state = 'r' AND deadline < clock_timestamp())
    OR EXISTS (SELECT FROM workers WHERE seen < clock_timestamp() - interval '10 s')
    OR EXISTS (SELECT FROM jobs j WHERE state = 'r'
               AND NOT EXISTS (SELECT FROM workers w WHERE w.worker = j.worker)) AS untidy
"""


class Pulse:
    """Beats once a second until cancelled; survives the loss of the database."""

    def __init__(self, db: Database, bell: Bell, worker: Worker | None = None) -> None:
        self._db = db
        self._bell = bell
        self._worker = worker

    async def run(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(_PERIOD)
            try:
                await self.beat(renew=beats % _RENEW_EVERY == 0)
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("pulse_missed", error=type(error).__name__)
            beats += 1

    async def beat(self, *, renew: bool = True) -> None:
        """Look once. Renewing before sweeping: a worker never sweeps itself away for a slow beat of its own."""
        async with self._db.transaction(durable=False) as tx:
            if self._worker and renew:
                await self._worker.renew(tx)
            (found,) = await rows(tx, _QUEUE if self._worker else _OUTBOX)
        if found.outbox:
            self._bell.outbox.set()
        if self._worker is None:
            return
        self._worker.suspects_wait = found.suspects
        if found.untidy:
            await self._worker.sweep()
        if found.ready or found.suspects:
            self._bell.jobs.set()
