"""A batch from its form to its events: inspected, stored, queued. All of it, or nothing.

A `pending_upload` row goes first, so that whatever a crash leaves behind can be found and cleared.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import orjson
from fastapi import Request

from services.ingest.batch_form import BatchForm, read_batch_form
from services.ingest.file_names import object_name
from services.ingest.form import ReceivedFile, ReceivedForm, receive_form
from services.ingest.inspection import Inspection, RefusedError, inspect
from services.ingest.instructions import Instructions, instructions_of, keep_instructions
from services.ingest.settings import Settings
from services.ingest.tables import batches, documents
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database, Transaction, rows, run_sql
from shared.errors import Category, DocumentError, Permanent, Stage
from shared.events import BatchCreated, BatchFile, DocumentFailed, DocumentUploaded
from shared.http import ApiError
from shared.outbox import publish
from shared.sandbox import Sandbox
from shared.storage import Storage

_TEXT_LAYER_VERSION = "text-1"
_STORING_AT_ONCE = 8


@dataclass(frozen=True)
class Candidate:
    """One file of the form with its verdict: inspected, or refused with an error."""

    document_id: UUID
    position: int
    file: ReceivedFile
    inspection: Inspection | None
    error: DocumentError | None


class Submissions:
    """Takes new batches in."""

    def __init__(self, *, api_db: Database, storage: Storage, sandbox: Sandbox, bell: Bell, settings: Settings) -> None:
        self._db = api_db
        self._storage = storage
        self._sandbox = sandbox
        self._bell = bell
        self._settings = settings

    async def submit(
        self, request: Request, caller: Identity, *, idempotency_key: str | None, max_files: int | None = None
    ) -> UUID:
        """Read the request and create its batch; returns the batch's id, for a repeated key that of the first one.

        Raises ApiError for a form that cannot be a batch; a file that cannot be read only fails itself.
        """
        with TemporaryDirectory(prefix="ingestio-", dir=self._settings.spool_folder) as folder:
            form = await receive_form(
                request,
                Path(folder),
                max_file_size=self._settings.max_file_size,
                max_files=max_files or self._settings.max_files,
            )
            wish = read_batch_form(form.fields)
            if not form.files:
                raise ApiError(422, "no_files", "A batch needs at least one file, in form parts named `files`.")
            batch_id = uuid4()
            known = await self._open(batch_id, form, wish, caller, idempotency_key)
            if known:
                return known
            candidates = await self._inspect_all(form.files)
            await self._store_all(batch_id, caller, candidates)
        await self._queue(batch_id, caller, wish, candidates)
        self._bell.ring()
        return batch_id

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
                wish.name or _default_name(form.files),
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

    async def _inspect_all(self, files: Sequence[ReceivedFile]) -> list[Candidate]:
        first: dict[str, int] = {}
        for position, file in enumerate(files):
            first.setdefault(file.sha256, position)
        inspections = await asyncio.gather(
            *(self._inspect(file, duplicate=first[file.sha256] != position) for position, file in enumerate(files))
        )
        return [
            Candidate(
                uuid4(),
                position,
                file,
                verdict if isinstance(verdict, Inspection) else None,
                verdict if isinstance(verdict, DocumentError) else None,
            )
            for position, (file, verdict) in enumerate(zip(files, inspections, strict=True))
        ]

    async def _inspect(self, file: ReceivedFile, *, duplicate: bool) -> Inspection | DocumentError:
        limit = self._settings.max_file_size // (1024 * 1024)
        if file.too_large:
            message = f"The file has {file.size / 1024 / 1024:.0f} MB; {limit} MB are allowed."
            return DocumentError.of(Category.TOO_LARGE, Stage.INTAKE, message)
        if duplicate and file.size:
            return DocumentError.of(Category.DUPLICATE, Stage.INTAKE, "The same bytes are in this batch already.")
        try:
            return await inspect(file.path, sandbox=self._sandbox)
        except (RefusedError, Permanent) as refused:
            return DocumentError.of(refused.category, Stage.INTAKE, refused.message)

    async def _store_all(self, batch_id: UUID, caller: Identity, candidates: Sequence[Candidate]) -> None:
        gate = asyncio.Semaphore(_STORING_AT_ONCE)

        async def store(candidate: Candidate, inspection: Inspection) -> None:
            async with gate:
                key = _object_key(caller, batch_id, candidate)
                await self._storage.put_file(key, candidate.file.path, media_type=inspection.media_type)
                await self._storage.put(
                    _text_key(caller, candidate), inspection.layer.to_bytes(), media_type="application/gzip"
                )

        try:
            await asyncio.gather(*(store(c, c.inspection) for c in candidates if c.inspection))
        except OSError as error:
            raise ApiError(503, "storage_unavailable", "The files could not be stored.", retryable=True) from error

    async def _queue(self, batch_id: UUID, caller: Identity, wish: BatchForm, candidates: Sequence[Candidate]) -> None:
        """Documents, the batch's new state and all events, in one transaction."""
        created = _created(batch_id, caller, wish, candidates)
        events: list[Event] = [created]
        events += [_told(caller, batch_id, wish, candidate, created) for candidate in candidates]
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            await tx.execute(documents.insert(), [_document_row(caller, batch_id, wish, c) for c in candidates])
            await keep_instructions(tx, caller.tenant_id, batch_id, instructions_of(events))
            await _mark_queued(tx, batch_id, created, failed=all(c.error for c in candidates))
            await publish(tx, events)


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


def _created(batch_id: UUID, caller: Identity, wish: BatchForm, candidates: Sequence[Candidate]) -> BatchCreated:
    return BatchCreated(
        tenant_id=caller.tenant_id,
        batch_id=batch_id,
        name=wish.name or _default_name([candidate.file for candidate in candidates]),
        description=wish.description,
        strategy=wish.strategy,
        priority=wish.priority,
        created_by=caller.user,
        files=tuple(
            BatchFile(
                document_id=candidate.document_id,
                position=candidate.position,
                file_name=candidate.file.name,
                size=candidate.file.size,
                media_type=candidate.inspection.media_type if candidate.inspection else None,
                pages=candidate.inspection.pages if candidate.inspection else 0,
                custom_id=wish.custom_id_for(candidate.file, candidate.position),
                refused=candidate.error.category if candidate.error else None,
            )
            for candidate in candidates
        ),
        metadata=wish.metadata,
        export=wish.export,
    )


def _told(
    caller: Identity, batch_id: UUID, wish: BatchForm, candidate: Candidate, created: BatchCreated
) -> DocumentUploaded | DocumentFailed:
    """What the others hear of one file."""
    file, inspection = candidate.file, candidate.inspection
    if inspection is None:
        assert candidate.error
        return DocumentFailed.caused_by(
            created, document_id=candidate.document_id, file_name=file.name, error=candidate.error
        )
    return DocumentUploaded.caused_by(
        created,
        document_id=candidate.document_id,
        file_name=file.name,
        media_type=inspection.media_type,
        size=file.size,
        sha256=file.sha256,
        pages=inspection.pages,
        object_key=_object_key(caller, batch_id, candidate),
        text_key=_text_key(caller, candidate),
        strategy=wish.strategy,
        priority=wish.priority,
        prompt=wish.prompt_for(file, candidate.position),
        json_schema=wish.json_schema,
        custom_id=wish.custom_id_for(file, candidate.position),
    )


def _document_row(caller: Identity, batch_id: UUID, wish: BatchForm, candidate: Candidate) -> dict[str, object]:
    file, inspection = candidate.file, candidate.inspection
    return {
        "tenant_id": caller.tenant_id,
        "document_id": candidate.document_id,
        "batch_id": batch_id,
        "position": candidate.position,
        "file_name": file.name,
        "media_type": inspection.media_type if inspection else None,
        "size": file.size,
        "sha256": file.sha256,
        "pages": inspection.pages if inspection else 0,
        "object_key": _object_key(caller, batch_id, candidate) if inspection else None,
        "text_key": _text_key(caller, candidate) if inspection else None,
        "instructions": _instructions(wish, candidate).key if inspection else None,
        "custom_id": wish.custom_id_for(file, candidate.position),
        "status": "uploaded" if inspection else "failed",
        "error": candidate.error.model_dump(mode="json") if candidate.error else None,
    }


def _instructions(wish: BatchForm, candidate: Candidate) -> Instructions:
    prompt = wish.prompt_for(candidate.file, candidate.position)
    return Instructions(strategy=wish.strategy, prompt=prompt, json_schema=wish.json_schema)


def _object_key(caller: Identity, batch_id: UUID, candidate: Candidate) -> str:
    return f"batches/{caller.tenant_id}/{batch_id}/{candidate.document_id}-{object_name(candidate.file.name)}"


def _text_key(caller: Identity, candidate: Candidate) -> str:
    return f"pages/{caller.tenant_id}/{candidate.file.sha256}/{_TEXT_LAYER_VERSION}.json.gz"


def _default_name(files: Sequence[ReceivedFile]) -> str:
    day = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    return files[0].name if len(files) == 1 else f"{len(files)} files, {day}"


def _fingerprint(form: ReceivedForm) -> str:
    """The same fields and files give the same fingerprint, whatever the boundary."""
    body = [sorted(form.fields.items()), [(file.name, file.size, file.sha256) for file in form.files]]
    return hashlib.sha256(orjson.dumps(body)).hexdigest()
