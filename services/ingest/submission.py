"""A batch from its form to its events: inspected, stored, queued. All of it, or nothing.

A `pending_upload` row goes first, so that whatever a crash leaves behind can be found and cleared.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import orjson
import structlog
from fastapi import Request

from services.ingest.abandoned import clear_upload
from services.ingest.admission import Action, admit
from services.ingest.batch_form import BatchForm, read_batch_form
from services.ingest.candidates import Candidate, inspect_all, none_fits, refuse_unfit
from services.ingest.dry_run import DryRun
from services.ingest.form import ReceivedForm, receive_form
from services.ingest.inspection import Inspection
from services.ingest.instructions import instructions_of, keep_instructions
from services.ingest.plans import file_allowance
from services.ingest.quota import Pair, Quota, quota_exceeded, quota_of, reserve
from services.ingest.settings import Settings
from services.ingest.tables import batches, documents
from services.ingest.told import batch_created, default_name, document_row, object_key, text_key, told_of
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, Transaction, rows, run_sql
from shared.events import BatchCreated
from shared.http import ApiError
from shared.outbox import publish
from shared.sandbox import Sandbox
from shared.storage import Storage

log = structlog.get_logger()

_STORING_AT_ONCE = 8


class Submissions:
    """Takes new batches in."""

    def __init__(self, *, api_db: Database, storage: Storage, sandbox: Sandbox, bell: Bell, settings: Settings) -> None:
        self._db = api_db
        self._storage = storage
        self._sandbox = sandbox
        self._bell = bell
        self._settings = settings

    async def submit(
        self, request: Request, caller: Identity, *, idempotency_key: str | None, single: bool = False
    ) -> UUID:
        """Read the request and create its batch; returns the batch's id, for a repeated key that of the first one.

        Raises ApiError for a form that cannot be a batch and for a tenant that may not submit it, in part before the
        body is read; a file that cannot be read only fails itself.
        """
        async with self._received(request, caller, action="submit", single=single) as (form, wish):
            batch_id = uuid4()
            known = await self._open(batch_id, form, wish, caller, idempotency_key)
            if known:
                return known
            try:
                candidates = await self._look_at(form, caller)
                await self._store_all(batch_id, caller, candidates)
                queued = await self._queue(batch_id, caller, wish, candidates)
            except ApiError:
                await self._abandon(batch_id, caller)
                raise
        self._bell.ring()
        await self._drop_unfit(batch_id, caller, candidates, queued)
        return batch_id

    async def dry_run(self, request: Request, caller: Identity) -> DryRun:
        """Read the request and say what its batch would be; nothing is stored. Raises as `submit` does."""
        async with self._received(request, caller, action="dry_run", single=False) as (form, _):
            return DryRun.of(await self._inspect(form), await self._quota(caller))

    @asynccontextmanager
    async def _received(
        self, request: Request, caller: Identity, *, action: Action, single: bool
    ) -> AsyncIterator[tuple[ReceivedForm, BatchForm]]:
        """The form, its files on disk while the block runs."""
        hint = self._settings.upgrade_hint
        limits = await admit(self._db, caller, action=action, upgrade_hint=hint)
        allowance = file_allowance(limits, most=self._settings.max_files, single=single, upgrade_hint=hint)
        with TemporaryDirectory(prefix="ingestio-", dir=self._settings.spool_folder) as folder:
            form = await receive_form(
                request, Path(folder), max_file_size=self._settings.max_file_size, allowance=allowance
            )
            wish = read_batch_form(form.fields)
            if not form.files:
                raise ApiError(422, "no_files", "A batch needs at least one file, in form parts named `files`.")
            yield form, wish

    async def _open(
        self, batch_id: UUID, form: ReceivedForm, wish: BatchForm, caller: Identity, key: str | None
    ) -> UUID | None:
        """Insert the pending batch; returns the earlier batch when the idempotency key was used before."""
        fingerprint = _fingerprint(form)
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            inserted = await run_sql(
                tx,
                "INSERT INTO batches (tenant_id, batch_id, name, status, idempotency_key, fingerprint, created_by)"
                " VALUES ($1, $2, $3, 'pending_upload', $4, $5, $6) ON CONFLICT (tenant_id, idempotency_key) DO NOTHING",
                caller.tenant_id,
                batch_id,
                wish.name or default_name(form.files),
                key,
                fingerprint,
                caller.user,
            )
            if inserted.rowcount:
                return None
            (earlier,) = await rows(
                tx, "SELECT batch_id, fingerprint, status FROM batches WHERE idempotency_key = $1", key
            )
        if earlier.fingerprint != fingerprint:
            raise ApiError(422, "idempotency_key_reused", "This Idempotency-Key came before with another body.")
        if earlier.status == "pending_upload":
            raise ApiError(
                409, "idempotency_key_in_use", "The first request is still running.", retryable=True, retry_after=1
            )
        return UUID(str(earlier.batch_id))

    async def _inspect(self, form: ReceivedForm) -> list[Candidate]:
        return await inspect_all(form.files, sandbox=self._sandbox, max_file_size=self._settings.max_file_size)

    async def _quota(self, caller: Identity) -> Quota:
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            return await quota_of(tx, caller.tenant_id)

    async def _look_at(self, form: ReceivedForm, caller: Identity) -> list[Candidate]:
        """Verdicts, with what is sure not to fit refused already, so that it need not be stored."""
        return self._fitting(await self._inspect(form), await self._quota(caller))

    def _fitting(self, candidates: Sequence[Candidate], quota: Quota) -> list[Candidate]:
        """Raises ApiError 402 when there are good files and none of them fits."""
        after = refuse_unfit(candidates, quota)
        if none_fits(candidates, after):
            raise quota_exceeded(quota, upgrade_hint=self._settings.upgrade_hint)
        return after

    async def _store_all(self, batch_id: UUID, caller: Identity, candidates: Sequence[Candidate]) -> None:
        gate = asyncio.Semaphore(_STORING_AT_ONCE)

        async def store(candidate: Candidate, inspection: Inspection) -> None:
            async with gate:
                key = object_key(caller, batch_id, candidate)
                await self._storage.put_file(key, candidate.file.path, media_type=inspection.media_type)
                await self._storage.put(
                    text_key(caller, candidate), inspection.layer.to_bytes(), media_type="application/gzip"
                )

        try:
            await asyncio.gather(*(store(c, c.inspection) for c in candidates if c.inspection))
        except OSError as error:
            raise ApiError(503, "storage_unavailable", "The files could not be stored.", retryable=True) from error

    async def _queue(
        self, batch_id: UUID, caller: Identity, wish: BatchForm, candidates: Sequence[Candidate]
    ) -> Sequence[Candidate]:
        """Pages, documents, the batch's new state and all events, in one transaction; returns who was accepted in it."""
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            candidates = await self._reserve(tx, batch_id, caller, candidates)
            created = batch_created(batch_id, caller, wish, candidates)
            events: list[Event] = [created]
            events += [told_of(caller, batch_id, wish, candidate, created) for candidate in candidates]
            await tx.execute(documents.insert(), [document_row(caller, batch_id, wish, c) for c in candidates])
            await keep_instructions(tx, caller.tenant_id, batch_id, instructions_of(events))
            await _mark_queued(tx, batch_id, created, failed=all(c.error for c in candidates))
            await publish(tx, events)
        return candidates

    async def _reserve(
        self, tx: Transaction, batch_id: UUID, caller: Identity, candidates: Sequence[Candidate]
    ) -> Sequence[Candidate]:
        """Other requests may have taken what there was when these were looked at: here it is decided."""
        pairs = [Pair(batch_id, c.document_id, 1, c.pages) for c in candidates if c.inspection]
        quota = await reserve(tx, caller.tenant_id, pairs)
        return candidates if quota is None else self._fitting(candidates, quota)

    async def _drop_unfit(
        self, batch_id: UUID, caller: Identity, stored: Sequence[Candidate], queued: Sequence[Candidate]
    ) -> None:
        """Delete the files that were stored and then did not fit after all."""
        unfit = [before for before, after in zip(stored, queued, strict=True) if before.inspection and after.error]
        try:
            for candidate in unfit:
                await self._storage.delete_prefix(object_key(caller, batch_id, candidate))
        except OSError as error:
            log.warning("unfit_files_stay", files=len(unfit), error=type(error).__name__)

    async def _abandon(self, batch_id: UUID, caller: Identity) -> None:
        """Free the idempotency key, so that the request can be sent again, and clear what was stored.

        What cannot be cleared now is left to the sweeper.
        """
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            await run_sql(
                tx,
                "UPDATE batches SET idempotency_key = NULL WHERE batch_id = $1 AND status = 'pending_upload'",
                batch_id,
            )
        try:
            await clear_upload(self._db, self._storage, tenant_id=caller.tenant_id, batch_id=batch_id)
        except OSError as error:
            log.warning("upload_stays", error=type(error).__name__)


async def _mark_queued(tx: Transaction, batch_id: UUID, created: BatchCreated, *, failed: bool) -> None:
    statement = (
        batches.update()
        .where(batches.c.batch_id == batch_id, batches.c.status == "pending_upload")
        .values(status="failed" if failed else "queued", created_event=orjson.loads(created.to_bytes()))
    )
    if (await tx.execute(statement)).rowcount != 1:
        # The sweeper gave the upload up meanwhile: its objects are going, so its events must not be.
        raise ApiError(
            409, "batch_given_up", "The upload took too long and was cleared. Send it again.", retryable=True
        )


def _fingerprint(form: ReceivedForm) -> str:
    """The same fields and files give the same fingerprint, whatever the boundary."""
    body = [sorted(form.fields.items()), [(file.name, file.size, file.sha256) for file in form.files]]
    return hashlib.sha256(orjson.dumps(body)).hexdigest()
