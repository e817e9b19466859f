"""Previews: a prompt tried on up to three documents, through the same chain as a batch, uncharged, gone after a day."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.ingest.abandoned import clear_upload
from services.ingest.batch_events import object_key, text_key
from services.ingest.batch_form import MAX_PROMPT, BatchForm, check_schema, read_batch_form
from services.ingest.candidates import Candidate
from services.ingest.form import Forms, ReceivedForm
from services.ingest.instructions import Instructions, keep_instructions, uploads_of
from services.ingest.intake import Intake, storage_away
from services.ingest.open_batch_submission import UploadedFile
from services.ingest.pending import insert_pending
from services.ingest.plans import FileAllowance, check_subscription, limits_of
from services.ingest.settings import Settings
from services.ingest.submission import sources_of
from services.ingest.tables import documents
from services.ingest.turns import take_turn
from services.ingest.uploads import COLUMNS, Upload
from shared.audit import record
from shared.auth import Identity
from shared.bell import Bell
from shared.db import Database, Transaction, rows, run_sql
from shared.http import ApiError, not_found
from shared.outbox import publish
from shared.results import JsonObject
from shared.storage import Storage
from shared.vocabulary import Strategy

log = structlog.get_logger()

MOST_FILES = 3
LIFETIME = timedelta(days=1)

_STORED = """
SELECT document_id, file_name, media_type, size, sha256, pages, object_key, text_key FROM documents
WHERE document_id = ANY($1::uuid[]) AND object_key IS NOT NULL
"""
_UPLOADED = f"""
SELECT {COLUMNS} FROM uploads WHERE upload_id = ANY($1::uuid[]) AND discarded_at IS NULL AND byte_offset = size
"""  # noqa: S608 -- constants
_QUEUE = "UPDATE batches SET status = 'queued' WHERE batch_id = $1 AND status = 'pending_upload'"


class PreviewWish(BaseModel):
    """Which documents to try it on, stored ones or complete uploads of an open batch, and what to try."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_ids: list[UUID] = Field(min_length=1, max_length=MOST_FILES)
    strategy: Strategy = Strategy.GLOBAL
    prompt: str | None = Field(default=None, max_length=MAX_PROMPT)
    json_schema: JsonObject | None = None

    @field_validator("json_schema")
    @classmethod
    def _schema_is_of_an_object(cls, schema: JsonObject | None) -> JsonObject | None:
        return check_schema(schema)

    @property
    def instructions(self) -> Instructions:
        return Instructions(strategy=self.strategy, prompt=self.prompt, json_schema=self.json_schema)


class Previews:
    """Takes previews in."""

    def __init__(
        self, intake: Intake, *, forms: Forms, api_db: Database, storage: Storage, bell: Bell, settings: Settings
    ) -> None:
        self._intake = intake
        self._forms = forms
        self._db = api_db
        self._storage = storage
        self._bell = bell
        self._settings = settings

    async def of_documents(self, wish: PreviewWish, caller: Identity) -> UUID:
        """Try it on what is there already. Raises ApiError: 402, 404, 422 for a file that is refused or too long, 429."""
        instructions = wish.instructions
        await self._admit(caller)
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            stored = {row.document_id: dict(row._mapping) for row in await rows(tx, _STORED, wish.document_ids)}  # noqa: SLF001  # its public name
            uploads = [Upload(*row) for row in await rows(tx, _UPLOADED, wish.document_ids)]
        found = stored | await self._uploaded(uploads, caller)
        if missing := [id_ for id_ in wish.document_ids if id_ not in found]:
            raise not_found(f"stored document or complete upload {missing[0]}")
        files = [found[id_] | {"document_id": uuid4()} for id_ in dict.fromkeys(wish.document_ids)]
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            preview_id = await self._open(tx, uuid4(), caller)
            await self._queue(tx, preview_id, caller, files=files, asked=[instructions] * len(files))
        self._bell.ring()
        return preview_id

    async def of_files(self, request: Request, caller: Identity) -> UUID:
        """Try it on files that come with the request, whose form is that of a batch. Raises as `of_documents`, 413, 415."""
        await self._admit(caller)
        too_many = ApiError(413, "too_many_files", f"A preview takes {MOST_FILES} files.")
        async with self._forms.received(request, allowance=FileAllowance(MOST_FILES, too_many)) as form:
            wish = read_batch_form(form.fields)
            if not form.files:
                raise ApiError(422, "no_files", "A preview needs a file, in form parts named `files`.")
            return await self._take_in(form, wish, caller)

    async def _take_in(self, form: ReceivedForm, wish: BatchForm, caller: Identity) -> UUID:
        candidates = await self._intake.read(caller, sources_of(form))
        files = [_of_candidate(candidate) for candidate in candidates]
        asked = [
            Instructions(
                strategy=wish.strategy, prompt=wish.prompt_for(c.file, c.position), json_schema=wish.json_schema
            )
            for c in candidates
        ]
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            preview_id = await self._open(tx, uuid4(), caller)
        for candidate, file in zip(candidates, files, strict=True):
            file["object_key"] = object_key(caller.tenant_id, preview_id, candidate.document_id, candidate.file.name)
            file["text_key"] = text_key(caller.tenant_id, candidate.file.sha256)
        try:
            for candidate, file in zip(candidates, files, strict=True):
                received, media_type = candidate.file, file["media_type"]
                await self._storage.put_file(
                    file["object_key"], received.path, media_type=media_type, sha256=received.sha256
                )
            async with self._db.transaction(tenant=caller.tenant_id) as tx:
                await self._queue(tx, preview_id, caller, files=files, asked=asked)
        except (OSError, ApiError) as error:
            await clear_upload(self._db, self._storage, tenant_id=caller.tenant_id, batch_id=preview_id)
            raise (storage_away() if isinstance(error, OSError) else error) from error
        self._bell.ring()
        return preview_id

    async def _admit(self, caller: Identity) -> None:
        per_minute = self._settings.previews_per_minute
        async with self._db.transaction(tenant=caller.tenant_id, durable=False) as tx:
            check_subscription(await limits_of(tx, caller.tenant_id), upgrade_hint=self._settings.upgrade_hint)
            wait = await take_turn(tx, caller.tenant_id, "preview", per_minute=per_minute)
        if wait:
            detail = f"{per_minute} previews a minute are made. Try again in {wait} s."
            raise ApiError(429, "rate_limited", detail, retryable=True, retry_after=wait)

    async def _uploaded(self, uploads: Sequence[Upload], caller: Identity) -> dict[UUID, JsonObject]:
        """Uploads that nobody has looked into yet, by the id they will have as documents."""
        room = asyncio.Semaphore(MOST_FILES)
        sources = [
            UploadedFile(upload, number, self._storage, self._settings.spool_folder, room)
            for number, upload in enumerate(uploads)
        ]
        candidates = await self._intake.read(caller, sources)
        found = {}
        for candidate, upload in zip(candidates, uploads, strict=True):
            keys = {"object_key": upload.object_key, "text_key": text_key(caller.tenant_id, candidate.file.sha256)}
            found[upload.upload_id] = _of_candidate(candidate) | keys
        return found

    async def _open(self, tx: Transaction, preview_id: UUID, caller: Identity) -> UUID:
        """A pending row first, so that whatever a crash leaves in storage can be found."""
        lasting = {"expires_at": LIFETIME}
        await insert_pending(
            tx, preview_id, caller, name="Preview", key=None, fingerprint="", lasting=lasting, kind="preview"
        )
        return preview_id

    async def _queue(
        self,
        tx: Transaction,
        preview_id: UUID,
        caller: Identity,
        *,
        files: Sequence[JsonObject],
        asked: Sequence[Instructions],
    ) -> None:
        self._check_length(files)
        if (await run_sql(tx, _QUEUE, preview_id)).rowcount != 1:
            raise ApiError(
                409, "batch_given_up", "The upload took too long and was cleared. Send it again.", retryable=True
            )
        await keep_instructions(tx, caller.tenant_id, preview_id, asked)
        about = {"tenant_id": caller.tenant_id, "batch_id": preview_id, "status": "uploaded"}
        await tx.execute(
            documents.insert(),
            [
                file | about | {"position": position, "instructions": one.key}
                for position, (file, one) in enumerate(zip(files, asked, strict=True))
            ],
        )
        await publish(tx, await uploads_of(tx, [caller.tenant_id], [file["document_id"] for file in files]))
        await record(tx, caller, "preview.create", preview_id, {"files": len(files)})

    def _check_length(self, files: Sequence[JsonObject]) -> None:
        most = self._settings.preview_pages
        for file in files:
            if file["pages"] > most:
                detail = f"{file['file_name']} has {file['pages']} pages; a preview reads documents of up to {most}."
                raise ApiError(422, "preview_too_long", detail)


def _of_candidate(candidate: Candidate) -> dict[str, Any]:
    """The row of a document, without its keys. Raises ApiError 422 for a refused file."""
    if candidate.inspection is None:
        assert candidate.error
        detail = f"{candidate.file.name}: {candidate.error.message} {candidate.error.advice}"
        raise ApiError(422, candidate.error.category, detail)
    return {
        "document_id": candidate.document_id,
        "file_name": candidate.file.name,
        "media_type": candidate.inspection.media_type,
        "size": candidate.file.size,
        "sha256": candidate.file.sha256,
        "pages": candidate.inspection.pages,
    }
