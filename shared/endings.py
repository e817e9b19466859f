"""How jobs ended, written down in micro-batches, and only while their leases hold."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from shared.db import Database, is_transient, noted
from shared.errors import Stage
from shared.failpoints import failpoint
from shared.job_metrics import count_ended
from shared.jobs import Job, Outcome, finish
from shared.pace import Pace

log = structlog.get_logger()

_PAUSE_AFTER_FAILURE = 1.0


class Endings:
    """Takes outcomes and commits them. `committed` is told what the transaction wrote that somebody waits for.

    `unstorable` makes the outcome of a job whose own cannot be stored.
    """

    def __init__(
        self,
        db: Database,
        *,
        stage: Stage,
        unstorable: Callable[[Job], Outcome],
        committed: Callable[[set[str]], Awaitable[None]],
    ) -> None:
        self._db = db
        self._stage = stage
        self._unstorable = unstorable
        self._committed = committed
        self._waiting: asyncio.Queue[Outcome] = asyncio.Queue()
        self.uncommitted: set[UUID] = set()  # leases of jobs that ran and are not written down yet

    def add(self, outcome: Outcome) -> None:
        if outcome.job.lease:
            self.uncommitted.add(outcome.job.lease)
        self._waiting.put_nowait(outcome)

    async def run(self) -> None:
        """Commit what comes until cancelled."""
        pace = Pace()
        while True:
            outcomes = [await self._waiting.get()]
            await pace.rested()
            while not self._waiting.empty():
                outcomes.append(self._waiting.get_nowait())
            with pace.working():
                await self._commit(outcomes)

    async def drain(self) -> None:
        """Commit what waits."""
        while not self._waiting.empty():
            await self._commit([self._waiting.get_nowait()])

    async def _commit(self, outcomes: Sequence[Outcome]) -> None:
        """Commit a micro-batch. While the database is away, wait: when the leases run out meanwhile, nothing is written."""
        while True:
            try:
                async with self._db.transaction(by_key=True) as tx:
                    held = await finish(tx, outcomes)
                    await failpoint("job.before_commit")
                    wrote = noted(tx)
                await failpoint("job.after_commit")
            except (OSError, TimeoutError) as error:
                log.warning("finish_waits_for_database", stage=self._stage, error=type(error).__name__)
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)
                continue
            except DBAPIError as error:
                if is_transient(error):
                    await asyncio.sleep(_PAUSE_AFTER_FAILURE)
                    continue
                await self._after_a_data_error(outcomes, error)
                return
            self.uncommitted -= {outcome.job.lease for outcome in outcomes}
            count_ended(self._db.name, outcomes, held=held)
            if len(held) < len(outcomes):
                log.warning("lease_lost", stage=self._stage, jobs=len(outcomes) - len(held))
            await self._committed(wrote)
            return

    async def _after_a_data_error(self, outcomes: Sequence[Outcome], error: DBAPIError) -> None:
        """One outcome spoils the micro-batch: commit one by one, and fail the one that cannot be stored."""
        if len(outcomes) > 1:
            for outcome in outcomes:
                await self._commit([outcome])
            return
        log.error("outcome_not_storable", stage=self._stage, sqlstate=str(getattr(error.orig, "sqlstate", "")))
        await self._commit([self._unstorable(outcomes[0].job)])
