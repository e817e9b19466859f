"""A batch from one multipart form to its events: inspected, stored, queued. All of it, or nothing."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import orjson
import structlog
from fastapi import Request

from services.ingest.abandoned import clear_upload
from services.ingest.admission import Action, admit
from services.ingest.batch_events import object_key
from services.ingest.batch_form import BatchForm, SubmittedForm, read_batch_form
from services.ingest.candidates import Candidate
from services.ingest.contents import before_storing
from services.ingest.dry_run import DryRun
from services.ingest.form import Forms, ReceivedFile, ReceivedForm
from services.ingest.inspection import Facts
from services.ingest.intake import Intake, storage_away
from services.ingest.leases import renewing
from services.ingest.pending import default_name, insert_pending, let_go_of_dead
from services.ingest.plans import file_allowance
from services.ingest.quota import Quota, quota_of
from services.ingest.settings import Settings
from services.ingest.stored_documents import StoredDocument, find_stored
from services.ingest.uploads import HELD
from shared.auth import Identity
from shared.db import Database, run_sql
from shared.failpoints import failpoint
from shared.http import ApiError
from shared.storage import ObjectMissingError, Storage

log = structlog.get_logger()

_STORING_AT_ONCE = 8


@dataclass(frozen=True)
class FormFile:
    """A file of the form, which is on disk already."""

    document_id: UUID
    position: int
    file: ReceivedFile

    @asynccontextmanager
    async def on_disk(self) -> AsyncIterator[ReceivedFile]:
        yield self.file


class Submissions:
    """Takes new batches in."""

    def __init__(self, intake: Intake, *, forms: Forms, api_db: Database, storage: Storage, settings: Settings) -> None:
        self._intake = intake
        self._forms = forms
        self._db = api_db
        self._storage = storage
        self._settings = settings

    async def submit(
        self, request: Request, caller: Identity, *, idempotency_key: str | None, single: bool = False
    ) -> UUID:
        """Read the request and create its batch; returns the batch's id, for a repeated key that of the first one.

        `single` is asked for one document. Raises ApiError for a form that cannot be a batch and for a tenant that may
        not submit it, in part before the body is read; a file that cannot be read only fails itself.
        """
        async with self._received(request, caller, action="submit", single=single) as (form, wish):
            stored = await self._find_stored(form, wish, caller)
            names = [*(file.name for file in form.files), *(one.candidate.file.name for one in stored)]
            batch_id, name = uuid4(), wish.name or default_name(names)
            opened: asyncio.Future[Quota] = asyncio.get_running_loop().create_future()
            taking_in = self._take_in(
                batch_id, form, caller, name=name, wish=wish, stored=stored, opened=opened, new=not idempotency_key
            )
            async with _beside(taking_in) as all_in:
                known, quota = await self._open(batch_id, form, caller, name=name, key=idempotency_key)
                if known:
                    return known
                opened.set_result(quota)
                try:
                    async with renewing(lambda: self._hold(batch_id, caller)):
                        await all_in
                except ApiError:
                    await self._abandon(batch_id, caller)
                    raise
        return batch_id

    async def dry_run(self, request: Request, caller: Identity) -> DryRun:
        """Read the request and say what its batch would be; nothing is stored. Raises as `submit` does."""
        async with self._received(request, caller, action="dry_run", single=False) as (form, wish):
            known = [one.candidate for one in await self._find_stored(form, wish, caller)]
            look, quota = await self._intake.look(sources_of(form), known=known), await self._intake.quota(caller)
            return DryRun.of(look, quota, page_cost=self._settings.page_cost)

    @asynccontextmanager
    async def _received(
        self, request: Request, caller: Identity, *, action: Action, single: bool
    ) -> AsyncIterator[tuple[ReceivedForm, SubmittedForm]]:
        """The form, its files on disk while the block runs."""
        hint = self._settings.upgrade_hint
        limits = await admit(self._db, caller, action=action, upgrade_hint=hint)
        allowance = file_allowance(limits, most=self._settings.max_files, single=single, upgrade_hint=hint)
        async with self._forms.received(request, allowance=allowance) as form:
            wish = read_batch_form(form.fields)
            if not form.files and not wish.document_ids:
                raise ApiError(422, "no_files", "A batch needs at least one file, in form parts named `files`.")
            if len(form.files) + len(wish.document_ids) > allowance.files:
                raise allowance.refusal
            yield form, wish

    async def _find_stored(self, form: ReceivedForm, wish: SubmittedForm, caller: Identity) -> list[StoredDocument]:
        if not wish.document_ids:
            return []
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            return await find_stored(tx, wish.document_ids, position=len(form.files))

    async def _open(
        self, batch_id: UUID, form: ReceivedForm, caller: Identity, *, name: str, key: str | None
    ) -> tuple[UUID | None, Quota]:
        """Insert the pending batch; returns the earlier batch when the idempotency key was used before, and the quota."""
        fingerprint, lasting = _fingerprint(form), {"held_until": HELD}
        async with self._db.transaction(tenant=caller.tenant_id, by_key=True) as tx:
            if key:
                await let_go_of_dead(tx, key)
            earlier = await insert_pending(
                tx, batch_id, caller, name=name, key=key, fingerprint=fingerprint, lasting=lasting
            )
            await before_storing(tx, caller.tenant_id)
            quota = await quota_of(tx, caller.tenant_id)
        if earlier is None:
            return None, quota
        if earlier.status == "pending_upload":
            raise ApiError(
                409, "idempotency_key_in_use", "The first request is still running.", retryable=True, retry_after=1
            )
        return UUID(str(earlier.batch_id)), quota

    async def _hold(self, batch_id: UUID, caller: Identity) -> None:
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            await run_sql(
                tx, "UPDATE batches SET held_until = now() + $2::interval WHERE batch_id = $1", batch_id, HELD
            )

    async def _take_in(
        self,
        batch_id: UUID,
        form: ReceivedForm,
        caller: Identity,
        *,
        name: str,
        wish: BatchForm,
        stored: Sequence[StoredDocument],
        opened: asyncio.Future[Quota],
        new: bool,
    ) -> None:
        """Files are looked at while the batch is opened, where it is surely `new`: else nobody may need a look at them."""
        if not new:
            await opened
        candidates = await self._intake.judge(
            caller,
            sources_of(form),
            opened=opened,
            known=[one.candidate for one in stored],
            store=partial(self._store_all, batch_id, caller, stored),
        )
        await failpoint("intake.after_store")
        queued = await self._intake.queue(batch_id, caller, name=name, wish=wish, candidates=candidates)
        await self._drop_unfit(batch_id, caller, candidates, queued)

    async def _store_all(
        self, batch_id: UUID, caller: Identity, stored: Sequence[StoredDocument], candidates: Sequence[Candidate]
    ) -> None:
        gate = asyncio.Semaphore(_STORING_AT_ONCE)
        there = {one.candidate.document_id: one.object_key for one in stored}

        async def store(candidate: Candidate, inspection: Facts) -> None:
            key = object_key(caller.tenant_id, batch_id, candidate.document_id, candidate.file.name)
            async with gate:
                if source := there.get(candidate.document_id):
                    await self._storage.copy(source, key)
                else:
                    file, media_type = candidate.file, inspection.media_type
                    await self._storage.put_file(key, file.path, media_type=media_type, sha256=file.sha256)

        try:
            await asyncio.gather(*(store(c, c.inspection) for c in candidates if c.inspection))
        except OSError as error:
            raise storage_away() from error
        except ObjectMissingError as error:
            raise ApiError(
                409, "document_deleted", "A stored document was deleted meanwhile. Send the batch without it."
            ) from error

    async def _drop_unfit(
        self, batch_id: UUID, caller: Identity, stored: Sequence[Candidate], queued: Sequence[Candidate]
    ) -> None:
        """Delete the files that were stored and then did not fit after all."""
        unfit = [before for before, after in zip(stored, queued, strict=True) if before.inspection and after.error]
        try:
            for candidate in unfit:
                key = object_key(caller.tenant_id, batch_id, candidate.document_id, candidate.file.name)
                await self._storage.delete(key)
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


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Does the work beside the block, and not longer than that."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def sources_of(form: ReceivedForm) -> list[FormFile]:
    """The files of a form, each with the id of the document it becomes."""
    return [FormFile(uuid4(), position, file) for position, file in enumerate(form.files)]


def _fingerprint(form: ReceivedForm) -> str:
    """The same fields and files give the same fingerprint, whatever the boundary."""
    body = [sorted(form.fields.items()), [(file.name, file.size, file.sha256) for file in form.files]]
    return hashlib.sha256(orjson.dumps(body)).hexdigest()
