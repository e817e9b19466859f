"""Live progress: one reader a process follows the log for all who watch, and hands each change to their streams.

A change is encoded once, however many watch. A stream that does not keep up is ended; its client comes back with the
id of the last event it has, and nothing is missing.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

import structlog
from fastapi.sse import format_sse_event
from sqlalchemy.exc import DBAPIError

from services.aggregator.live_log import Change, read_after, read_kept
from shared.db import Database
from shared.metrics import SSE_CLIENTS, SSE_DROPPED, SSE_EVENTS, SSE_LAG
from shared.pace import Pace

log = structlog.get_logger()

_READ_AT_ONCE = 500
_WAITING_AT_MOST = 2000
_REMEMBERED = 256
_LOOK_EVERY_SECONDS = 1.0
_CATCHING_UP_AT_ONCE = 4
_PAUSE_AFTER_FAILURE = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it is sent."""

    id: int
    batch_id: UUID
    content: bytes

    @classmethod
    def of(cls, change: Change) -> "Told":
        return cls(
            change.id, change.batch_id, format_sse_event(data_str=change.data, event=change.kind, id=str(change.id))
        )


class Stream:
    """One who watches: what waits for it, in order. It ends when it is closed, or did not keep up."""

    def __init__(self, tenant_id: UUID, batch_id: UUID | None) -> None:
        self.tenant_id = tenant_id
        self._batch_id = batch_id
        self._waiting: list[Told] = []
        self._some = asyncio.Event()
        self._closed = False

    def wants(self, told: Told) -> bool:
        return self._batch_id in {None, told.batch_id}

    def offer(self, told: Iterable[Told]) -> None:
        if self._closed:
            return
        self._waiting += told if self._batch_id is None else filter(self.wants, told)
        if len(self._waiting) > _WAITING_AT_MOST:
            SSE_DROPPED.inc()
            self.close()
        elif self._waiting:
            self._some.set()

    def close(self) -> None:
        self._closed = True
        self._waiting.clear()
        self._some.set()

    async def take(self) -> list[Told] | None:
        """All that waits, once there is some; None at the end."""
        await self._some.wait()
        if self._closed:
            return None
        self._some.clear()
        taken, self._waiting = self._waiting, []
        return taken


@dataclass
class _Tenant:
    """Where the reader is in a tenant's log, its last changes, and who watches."""

    position: int
    recent: deque[Told] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    streams: set[Stream] = field(default_factory=set)


class Hub:
    """Reads the log of the tenants somebody watches. `news` is rung when there may be something new."""

    def __init__(self, db: Database, news: asyncio.Event) -> None:
        self._db = db
        self._news = news
        self._tenants: dict[UUID, _Tenant] = {}
        self._joining = asyncio.Lock()
        self.catching_up = asyncio.Semaphore(_CATCHING_UP_AT_ONCE)  # who is read what is missing
        self._closed = False

    @property
    def watching(self) -> int:
        """How many streams are open."""
        return sum(len(tenant.streams) for tenant in self._tenants.values())

    async def join(self, tenant_id: UUID, batch_id: UUID | None = None) -> Stream:
        """A stream of everything after what the log holds now; what is in the log is for the caller to read."""
        async with self._joining:  # when thousands come back at once, the first of a tenant asks for all of them
            if tenant_id not in self._tenants:
                last = (await read_kept(self._db.ask, tenant_id)).last
                self._tenants[tenant_id] = _Tenant(last)
            stream = Stream(tenant_id, batch_id)
            self._tenants[tenant_id].streams.add(stream)
        SSE_CLIENTS.inc()
        if self._closed:
            stream.close()
        return stream

    def recall(self, stream: Stream, after: int) -> list[Told] | None:
        """What this stream missed since that id; None when it is not remembered here."""
        tenant = self._tenants[stream.tenant_id]
        oldest = tenant.recent[0].id if tenant.recent else tenant.position + 1
        if not oldest - 1 <= after <= tenant.position:
            return None
        return [told for told in tenant.recent if told.id > after and stream.wants(told)]

    def leave(self, stream: Stream) -> None:
        tenant = self._tenants[stream.tenant_id]
        tenant.streams.discard(stream)
        SSE_CLIENTS.dec()
        if not tenant.streams:
            del self._tenants[stream.tenant_id]

    def close(self) -> None:
        """End all streams: this process is about to stop."""
        self._closed = True
        for tenant in self._tenants.values():
            for stream in tenant.streams:
                stream.close()

    def hear(self, changes: Sequence[Change]) -> None:
        """Hand out what this process has just written; what somebody else wrote before it is read first."""
        for tenant_id, group in groupby(changes, key=lambda change: change.tenant_id):
            told = [Told.of(change) for change in group]
            tenant = self._tenants.get(tenant_id)
            if tenant and told[0].id > tenant.position + 1:
                self._news.set()
            elif tenant:
                self._hand_out(tenant_id, told)

    async def run(self) -> None:
        """Read and hand out until cancelled; survives the loss of the database."""
        pace = Pace()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._news.wait()
            await pace.rested()
            self._news.clear()
            try:
                with pace.working():
                    while self._tenants and await self._read_once():
                        pass
            except (DBAPIError, OSError, TimeoutError) as error:
                log.warning("live_log_not_read", error=type(error).__name__)
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    async def _read_once(self) -> bool:
        """Hand out what is new; tells whether there may be more at once."""
        positions = {tenant_id: tenant.position for tenant_id, tenant in self._tenants.items()}
        changes = await read_after(self._db.ask, positions, limit=_READ_AT_ONCE)
        if changes:
            SSE_LAG.observe(max(change.age for change in changes))
        by_tenant: dict[UUID, list[Told]] = {}
        for change in changes:
            by_tenant.setdefault(change.tenant_id, []).append(Told.of(change))
        for tenant_id, told in by_tenant.items():
            self._hand_out(tenant_id, told)
        return any(len(told) == _READ_AT_ONCE for told in by_tenant.values())

    def _hand_out(self, tenant_id: UUID, told: list[Told]) -> None:
        tenant = self._tenants.get(tenant_id)
        if tenant is None:
            return
        # Somebody may have left and come back while this was read: then the reader is further already.
        new = [item for item in told if item.id > tenant.position]
        if not new:
            return
        tenant.position = new[-1].id
        tenant.recent.extend(new)
        for stream in tenant.streams:
            stream.offer(new)
        SSE_EVENTS.inc(len(new) * len(tenant.streams))
