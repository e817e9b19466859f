"""A batch that was created a moment ago and not heard of yet: ingest knows, so nobody is told that it does not exist."""

import asyncio
import contextlib
from uuid import UUID

import httpx2

from services.aggregator.handlers import project
from services.aggregator.reading import has_reached, is_known
from shared.auth import Identity
from shared.bell import Bell
from shared.cloudevent import Event
from shared.db import Database
from shared.events import BatchCreated, UnknownEventError, decode
from shared.http import ApiError, not_found

_PATIENCE_SECONDS = 2.0
_LOOK_EVERY_SECONDS = 0.05


class Latecomers:
    """Fetches batch.created from ingest, with the caller's own token, and takes it in like any other event."""

    def __init__(self, ingest: httpx2.AsyncClient, *, db: Database, api_db: Database, bell: Bell) -> None:
        self._ingest = ingest
        self._db = db
        self._api_db = api_db
        self._bell = bell

    async def ensure_known(
        self, batch_id: UUID, *, caller: Identity, credential: str, version: int | None = None
    ) -> None:
        """Returns when the batch is known, in that version if it comes within two seconds.

        Raises ApiError 404 when ingest does not know the batch either, 409 for one that is still open, 503 when ingest does
        not answer.
        """
        await self._ensure_known(batch_id, caller, credential)
        if version is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not await self._has_reached(batch_id, caller, version):  # noqa: ASYNC110  # another replica may hear of it
                    await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _has_reached(self, batch_id: UUID, caller: Identity, version: int) -> bool:
        async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
            return await has_reached(tx, batch_id, version)

    async def _ensure_known(self, batch_id: UUID, caller: Identity, credential: str) -> None:
        async with self._api_db.transaction(tenant=caller.tenant_id) as tx:
            if await is_known(tx, batch_id):
                return
        event = await self._ask(batch_id, credential)
        if not isinstance(event, BatchCreated) or (event.tenant_id, event.batch_id) != (caller.tenant_id, batch_id):
            raise _unavailable()
        async with self._db.transaction() as tx:
            await project([event], tx=tx)
        self._bell.ring()

    async def _ask(self, batch_id: UUID, credential: str) -> Event:
        try:
            answer = await self._ingest.get(
                f"/internal/batches/{batch_id}", headers={"authorization": f"Bearer {credential}"}
            )
            if answer.status_code == 404:
                raise not_found("batch")
            if answer.status_code == 409:
                raise _still_open(batch_id)
            answer.raise_for_status()
            return decode(answer.content)
        except (httpx2.HTTPError, UnknownEventError) as error:
            raise _unavailable() from error


def _still_open(batch_id: UUID) -> ApiError:
    where = f"/api/batches/{batch_id}/uploads"
    detail = f"This batch is open and not submitted yet: GET {where} says what it expects and what has arrived."
    return ApiError(409, "batch_is_open", detail, extra={"uploads": where})


def _unavailable() -> ApiError:
    return ApiError(
        503,
        "batch_status_unavailable",
        "This batch is not known here yet, and its origin does not answer. Ask again in a moment.",
        retryable=True,
        retry_after=1,
    )
