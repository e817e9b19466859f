"""What every batch goes through, whichever way its files came: judged, then queued with its events, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from services.ingest.batch_events import batch_created, document_row, text_key, told_of
from services.ingest.batch_form import BatchForm
from services.ingest.candidates import Candidate, Judge, Keep, Source, without_duplicates
from services.ingest.fit import none_fits, refuse_unfit
from services.ingest.inspection import Inspection
from services.ingest.instructions import instructions_of, keep_instructions
from services.ingest.queue_shares import with_shares
from services.ingest.quota import Pair, Quota, quota_exceeded, quota_of, reserve
from services.ingest.settings import Settings
from services.ingest.tables import documents
from services.ingest.virus_scan import ScannerAwayError, VirusScanner
from shared.audit import record
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, Transaction, run_sql
from shared.errors import Transient
from shared.events import BatchCreated
from shared.failpoints import failpoint
from shared.http import ApiError
from shared.many_rows import write_rows
from shared.metrics import DOCUMENTS_RECEIVED, DOCUMENTS_REFUSED, QUOTA_REFUSALS
from shared.outbox import publish
from shared.results import JsonObject
from shared.sandbox import Sandbox
from shared.storage import Storage

_STORING_AT_ONCE = 8

InSameTransaction = Callable[[Transaction, Sequence[Candidate]], Awaitable[None]]


class Intake:
    """Judges and queues."""

    def __init__(self, *, api_db: Database, storage: Storage, sandbox: Sandbox, bell: Bell, settings: Settings) -> None:
        self._db = api_db
        self._storage = storage
        self._sandbox = sandbox
        self._bell = bell
        self._settings = settings
        self._scanner = VirusScanner(settings.clamd, patience=settings.clamd_patience) if settings.clamd else None

    async def look(self, sources: Sequence[Source], *, known: Sequence[Candidate] = ()) -> list[Candidate]:
        """A verdict for every file, whatever the quota; nothing is stored. Raises ApiError 503, as `judge`."""

        async def forget(_sha256: str, _inspection: Inspection) -> None:
            """What was read is not kept."""

        return await self._judge(sources, known, forget)

    async def judge(
        self,
        caller: Identity,
        sources: Sequence[Source],
        *,
        opened: asyncio.Future[Quota],
        known: Sequence[Candidate] = (),
        store: Callable[[Sequence[Candidate]], Awaitable[None]] | None = None,
    ) -> list[Candidate]:
        """A verdict for every file, what is sure not to fit into the quota refused; text layers are stored.

        Files are looked at while the batch is `opened`, which tells the quota at that moment, and nothing is stored before;
        whether all fits is decided by `queue`. `known` are files whose verdicts were found before. `store` stores what is
        good, while text layers still are.

        Raises ApiError 402 when there are good files and none fits, 503 while files can be neither stored nor opened.
        """
        async with self._keeping_layers(caller, opened) as keep:
            candidates = self._fitting(await self._judge(sources, known, keep), await opened)
            if store:
                await store(candidates)
        return candidates

    async def read(self, caller: Identity, sources: Sequence[Source]) -> list[Candidate]:
        """A verdict for every file, whatever the quota; text layers are stored. Raises ApiError 503, as `judge`."""
        async with self._keeping_layers(caller) as keep:
            return await self._judge(sources, (), keep)

    @asynccontextmanager
    async def _keeping_layers(
        self, caller: Identity, opened: asyncio.Future[Quota] | None = None
    ) -> AsyncIterator[Keep]:
        """Stores text layers beside what the block does, once the batch is `opened`; at its end all are stored. Raises ApiError 503."""
        room, tasks = asyncio.Semaphore(_STORING_AT_ONCE), []

        async def put(sha256: str, layer: bytes) -> None:
            try:
                await self._storage.put(text_key(caller.tenant_id, sha256), layer, media_type="application/gzip")
            finally:
                room.release()

        async def keep(sha256: str, inspection: Inspection) -> None:
            if opened:
                await opened
            await room.acquire()
            tasks.append(asyncio.create_task(put(sha256, inspection.layer.to_bytes())))

        try:
            yield keep
            await asyncio.gather(*tasks)
        except OSError as error:
            raise storage_away() from error
        finally:
            await asyncio.gather(*tasks, return_exceptions=True)  # before anybody clears what was stored

    async def quota(self, caller: Identity) -> Quota:
        """The tenant's quota as it stands now."""
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            return await quota_of(tx, caller.tenant_id)

    async def queue(
        self,
        batch_id: UUID,
        caller: Identity,
        *,
        name: str,
        wish: BatchForm,
        candidates: Sequence[Candidate],
        first: InSameTransaction | None = None,
    ) -> Sequence[Candidate]:
        """Pages, documents, the batch's new state and all events, in one transaction; returns who was accepted in it.

        `first` runs in it as soon as that is known. Raises ApiError 402 when meanwhile no file fits any more.
        """
        async with self._db.transaction(tenant=caller.tenant_id, by_key=True) as tx:
            candidates = await self._reserve(tx, batch_id, caller, candidates)
            if first:
                await first(tx, candidates)
            created = batch_created(batch_id, caller, name=name, wish=wish, candidates=candidates)
            events: list[Event] = [created, *(told_of(c, wish=wish, created=created) for c in candidates)]
            events = await with_shares(tx, events)
            await _mark_queued(tx, batch_id, created, failed=not any(c.inspection for c in candidates))
            await write_rows(tx, documents, [document_row(c, wish=wish, created=created) for c in candidates])
            await keep_instructions(tx, caller.tenant_id, batch_id, instructions_of(events))
            await record(tx, caller, "batch.submit", batch_id, _told(wish, candidates))
            await publish(tx, events)
            await failpoint("intake.before_commit")
        _count(candidates, source="uploads" if first else "form")
        self._bell.ring(["outbox"])
        await failpoint("intake.after_commit")
        return candidates

    async def _judge(self, sources: Sequence[Source], known: Sequence[Candidate], keep: Keep) -> list[Candidate]:
        judge = Judge(
            sandbox=self._sandbox, scanner=self._scanner, max_file_size=self._settings.max_file_size, keep=keep
        )
        try:
            return without_duplicates([*await judge.judge(sources), *known])
        except OSError as error:
            raise storage_away() from error
        except ScannerAwayError as error:
            raise ApiError(503, "scanner_unavailable", error.message, retryable=True, retry_after=5) from error
        except Transient as error:
            raise ApiError(503, "inspection_unavailable", error.message, retryable=True) from error

    async def _reserve(
        self, tx: Transaction, batch_id: UUID, caller: Identity, candidates: Sequence[Candidate]
    ) -> Sequence[Candidate]:
        """Other requests may have taken what there was when these were looked at: here it is decided."""
        pairs = [Pair(batch_id, c.document_id, 1, c.pages) for c in candidates if c.inspection]
        quota = await reserve(tx, caller.tenant_id, pairs)
        return candidates if quota is None else self._fitting(candidates, quota)

    def _fitting(self, candidates: Sequence[Candidate], quota: Quota) -> list[Candidate]:
        after = refuse_unfit(candidates, quota)
        if after != candidates:
            QUOTA_REFUSALS.inc()
        if none_fits(candidates, after):
            raise quota_exceeded(quota, upgrade_hint=self._settings.upgrade_hint)
        return after


def _count(candidates: Sequence[Candidate], *, source: str) -> None:
    for candidate in candidates:
        if candidate.error:
            DOCUMENTS_REFUSED.labels(candidate.error.category).inc()
        else:
            DOCUMENTS_RECEIVED.labels(source).inc()


def _told(wish: BatchForm, candidates: Sequence[Candidate]) -> JsonObject:
    """For the audit log."""
    return {
        "strategy": wish.strategy.value,
        "files": len(candidates),
        "refused": sum(candidate.error is not None for candidate in candidates),
        "pages": sum(candidate.pages for candidate in candidates),
    }


def storage_away() -> ApiError:
    return ApiError(503, "storage_unavailable", "The files could not be stored. Try again in a moment.", retryable=True)


async def _mark_queued(tx: Transaction, batch_id: UUID, created: BatchCreated, *, failed: bool) -> None:
    marked = await run_sql(
        tx,
        "UPDATE batches SET status = $2, created_event = $3::text::jsonb, told_at = now()"
        " WHERE batch_id = $1 AND status = 'pending_upload'",
        batch_id,
        "failed" if failed else "queued",
        created.to_bytes().decode(),
    )
    if marked.rowcount != 1:
        # The sweeper gave the upload up meanwhile: its objects are going, so its events must not be.
        raise ApiError(
            409, "batch_given_up", "The upload took too long and was cleared. Send it again.", retryable=True
        )
