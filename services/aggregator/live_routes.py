"""Live progress over HTTP, as server-sent events: where things stand first, then every change."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.responses import JSONResponse, StreamingResponse

from services.aggregator.filters import BatchFilter
from services.aggregator.latecomers import Latecomers
from services.aggregator.lists import list_batches
from services.aggregator.live import Hub, Stream, Told
from services.aggregator.live_log import read_after, read_kept
from services.aggregator.reading import read_batch
from services.aggregator.views import BatchPage
from shared.asyncapi import asyncapi
from shared.auth import Caller, Credential, Identity, Verifier
from shared.db import Database, Transaction, rows
from shared.http import ApiError, not_found
from shared.vocabulary import BatchStatus

_HEARTBEAT_SECONDS = 7.5, 15.0  # any time between: thousands that came at once are not all seen to at once
_REPLAYED_AT_ONCE = 500
# Further behind, a snapshot is shorter than the story.
_REPLAYED_AT_MOST = 10_000
_COME_BACK_AFTER_MS = 1000
_RUNNING = BatchFilter(limit=100, status=[BatchStatus.QUEUED, BatchStatus.PROCESSING, BatchStatus.CANCELLING])
_DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}

LastEventId = Annotated[
    str | None, Header(description="The id of the last event you have: what came after it is sent, and no snapshot.")
]
Snapshot = Callable[[Transaction], Awaitable[BaseModel]]


@dataclass(frozen=True)
class Watch:
    """What a client wants to see, and since when."""

    tenant_id: UUID
    batch_id: UUID | None
    after: int | None
    snapshot: Snapshot


def live_router(*, hub: Hub, api_db: Database, latecomers: Latecomers) -> APIRouter:
    routes = APIRouter(tags=["live"])

    @routes.get("/api/events/asyncapi.json", tags=["meta"])
    async def get_asyncapi() -> JSONResponse:
        """The events of the message broker, described by AsyncAPI."""
        return JSONResponse(asyncapi())

    @routes.get("/api/events", response_class=StreamingResponse, responses=_DESCRIBED)
    async def watch_tenant(
        request: Request, caller: Caller, credential: Credential, last_event_id: LastEventId = None
    ) -> EventSourceResponse:
        """Progress of all your batches: `snapshot` (those not ended), then `batch.changed`, `batch.deleted` and `document.changed`."""

        async def snapshot(tx: Transaction) -> BatchPage:
            return await list_batches(tx, _RUNNING, tenant_id=caller.tenant_id)

        watch = Watch(caller.tenant_id, None, _id(last_event_id), snapshot)
        return _response(_events(watch, hub=hub, api_db=api_db, allowed=_allowed(request, caller, credential)))

    @routes.get("/api/batches/{batch_id}/events", response_class=StreamingResponse, responses=_DESCRIBED)
    async def watch_batch(
        request: Request, batch_id: UUID, caller: Caller, credential: Credential, last_event_id: LastEventId = None
    ) -> EventSourceResponse:
        """Progress of one batch: `snapshot` (the batch), then `batch.changed`, `batch.deleted` and `document.changed`."""
        await latecomers.ensure_known(batch_id, caller=caller, credential=credential)

        async def snapshot(tx: Transaction) -> BaseModel:
            batch = await read_batch(tx, batch_id)
            if batch is None:
                raise not_found("batch")
            return batch

        watch = Watch(caller.tenant_id, batch_id, _id(last_event_id), snapshot)
        return _response(_events(watch, hub=hub, api_db=api_db, allowed=_allowed(request, caller, credential)))

    return routes


def _response(events: AsyncIterator[bytes]) -> EventSourceResponse:
    return EventSourceResponse(events, headers=_HEADERS)


def _id(last_event_id: str | None) -> int | None:
    """What is no id of ours is taken as none: the client gets a snapshot."""
    known = last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit()
    return int(last_event_id[:18]) if last_event_id and known else None


def _allowed(request: Request, caller: Identity, credential: str) -> Callable[[], Awaitable[bool]]:
    """Whether the caller's token is still good; a token that cannot be verified right now is not taken away."""
    verifier: Verifier = request.app.state.verifier
    whose = caller.model_copy(update={"address": None})

    async def allowed() -> bool:
        try:
            return await verifier.verify(credential) == whose
        except ApiError:
            return True

    return allowed


async def _events(
    watch: Watch, *, hub: Hub, api_db: Database, allowed: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    """The body of the answer, until the client leaves, its token ends, or this process does."""
    stream = await hub.join(watch.tenant_id, watch.batch_id)
    try:
        last = 0
        async for reached, content in _until_now(watch, stream, hub=hub, api_db=api_db):
            last = reached
            yield content
        async for told in _from_now(stream, allowed):
            new = [item for item in told if item.id > last]
            yield _joined(new) if new else KEEPALIVE_COMMENT
            last = max(last, *(item.id for item in new)) if new else last
    finally:
        hub.leave(stream)


async def _until_now(watch: Watch, stream: Stream, *, hub: Hub, api_db: Database) -> AsyncIterator[tuple[int, bytes]]:
    """What brings the client up to date, with the id it is then at. The stream was joined before, so nothing is between."""
    hello, shown = format_sse_event(retry=_COME_BACK_AFTER_MS), None
    remembered = hub.recall(stream, watch.after) if watch.after is not None else None
    if watch.after is not None and remembered is not None:
        yield max((item.id for item in remembered), default=watch.after), hello + _joined(remembered)
        return
    # One connection is held while this is read, and none while it is sent; when thousands come at once, they wait here.
    async with hub.catching_up, api_db.transaction(tenant=watch.tenant_id) as tx:
        kept = await read_kept(partial(rows, tx), watch.tenant_id)
        after = watch.after
        if after is None or not kept.can_replay(after) or kept.last - after > _REPLAYED_AT_MOST:
            # Read after the id, so it shows at least what that id tells of.
            state = await watch.snapshot(tx)
            shown = format_sse_event(event="snapshot", data_str=state.model_dump_json(), id=str(kept.last))
    if shown is not None:
        yield kept.last, hello + shown
        return
    assert after is not None
    yield after, hello
    while page := await _read_page(watch.tenant_id, after, api_db=api_db):
        after = page[-1].id
        yield after, _joined([told for told in page if stream.wants(told)])


async def _read_page(tenant_id: UUID, after: int, *, api_db: Database) -> list[Told]:
    async with api_db.transaction(tenant=tenant_id) as tx:
        return [
            Told.of(change)
            for change in await read_after(partial(rows, tx), {tenant_id: after}, limit=_REPLAYED_AT_ONCE)
        ]


async def _from_now(stream: Stream, allowed: Callable[[], Awaitable[bool]]) -> AsyncIterator[Sequence[Told]]:
    """What comes, as it comes; nothing, when there was nothing for a while."""
    clock = asyncio.get_running_loop().time
    check_at = clock() + random.uniform(*_HEARTBEAT_SECONDS)  # noqa: S311  # spreads work, hides nothing
    while True:
        told: list[Told] | None = []
        try:
            async with asyncio.timeout_at(check_at):
                told = await stream.take()
        except TimeoutError:
            check_at = clock() + random.uniform(*_HEARTBEAT_SECONDS)  # noqa: S311  # as above
            if not await allowed():
                return
        if told is None:
            return
        yield told


def _joined(told: Sequence[Told]) -> bytes:
    return b"".join(item.content for item in told)
