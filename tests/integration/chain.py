"""The whole chain in one process, as it runs, with a witness of everything that is said on the broker."""

import asyncio
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID, uuid4

import aio_pika
import asyncpg
import httpx2
from reportlab.pdfgen.canvas import Canvas

from ingestio.local.one_process import answering
from ingestio.local.ports import free_port, listen_on, url_on
from services.ingest.tenants import ensure_tenant
from shared.cloudevent import Event
from shared.consumer import Take
from shared.db import Database, rows
from shared.events import DocumentCancelled, DocumentExtracted, DocumentFailed, decode
from shared.queue_settings import QueueSettings, store_settings
from shared.service import Service, build_app
from shared.settings import ServiceSettings
from tests.faults.record import slowness
from tests.plain_http import plain_client

T = TypeVar("T")

NAMES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
ENDED = {"completed", "partially_completed", "failed", "cancelled"}
TERMINAL = (DocumentExtracted, DocumentFailed, DocumentCancelled)
WITHIN = 60  # seconds; real parts on a busy machine
SILENCE = timedelta(seconds=3)
WAITING = {
    "ingest": (
        "DELETE FROM outbox",
        "UPDATE documents SET status = 'cancelled' WHERE status = 'uploaded'",
        "UPDATE batches SET completed_generation = generation",
    ),
    "classifier": ("DELETE FROM jobs",),
    "extractor": ("DELETE FROM jobs",),
}


class Lossy:
    """Loses events on their way into a handler, as a broker whose data was wiped loses them: `share` of them, none at first."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self.share = 0.0
        self.lost = 0

    def between(self, service: Service) -> None:
        """Stand between the service's queues and its handlers."""
        assert service._consumer
        service._consumer._queues = {name: self._some(take) for name, take in service._consumer._queues.items()}

    def _some(self, take: Take) -> Take:
        async def some(bodies: Sequence[bytes]) -> None:
            kept = [body for body in bodies if self._random.random() >= self.share]
            self.lost += len(bodies) - len(kept)
            await take(kept)

        return some


@dataclass
class Chain:
    """Running services, the clients of a tenant of its own, and all events of that tenant."""

    services: dict[str, Service]
    tenant: UUID
    client: httpx2.AsyncClient
    lossy: Lossy
    said: list[Event] = field(default_factory=list)

    def db(self, name: str) -> Database:
        return self.services[name].db

    async def submit(self, documents: int, **fields: str) -> UUID:
        files = [("files", (f"{number}.pdf", an_invoice())) for number in range(documents)]
        answer = await self.client.post("/api/batches", files=files, data={"strategy": "auto"} | fields)
        assert answer.status_code == 202, answer.text
        return UUID(answer.json()["id"])

    async def batch(self, batch_id: UUID) -> dict[str, Any]:
        answer = await self.client.get(f"/api/batches/{batch_id}")
        return dict(answer.json()) if answer.is_success else {"status": answer.status_code}

    async def ended(self, batch_id: UUID) -> dict[str, Any]:
        """The batch once it has ended, for ingest and for the aggregator alike."""

        async def look() -> dict[str, Any] | None:
            batch = await self.batch(batch_id)
            (own,) = await self.ask("ingest", "SELECT status FROM batches WHERE batch_id = $1", batch_id)
            return batch if batch["status"] in ENDED and own.status == batch["status"] else None

        return await until(look)

    async def ask(self, name: str, sql: str, *parameters: Any) -> list[Any]:
        async with self.db(name).transaction() as tx:
            return list(await rows(tx, sql, *parameters))

    async def hear(self, *events: Event, by: Iterable[str] = NAMES) -> None:
        """Bring events once more to these services, as the broker would."""
        for name in by:
            consumer = self.services[name]._consumer
            assert consumer
            await consumer._queues[name]([event.to_bytes() for event in events])

    @asynccontextmanager
    async def paused(self, name: str) -> AsyncIterator[None]:
        """The service begins no document while the block runs."""
        await self.pause(name)
        try:
            yield
        finally:
            await self.pause(name, paused=False)

    async def pause(self, name: str, *, paused: bool = True) -> None:
        """Let the service begin no document from now on, or go on."""
        settings = QueueSettings(paused=paused)
        async with self.db(name).transaction() as tx:
            await store_settings(tx, settings, by="ada")
        worker = self.services[name].worker
        assert worker
        worker.follow(settings)

    def ends(self, batch_id: UUID) -> dict[tuple[UUID, int], set[str]]:
        """The kinds of terminal events heard of each pair."""
        kinds: dict[tuple[UUID, int], set[str]] = defaultdict(set)
        for event in self.said:
            if isinstance(event, TERMINAL) and event.batch_id == batch_id:
                kinds[event.document_id, event.generation].add(event.type)
        return kinds

    def heard(self, batch_id: UUID, type_: str) -> list[Event]:
        return [event for event in self.said if event.batch_id == batch_id and event.type == type_]


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    """Look again and again until there is something, for longer on a slower machine."""
    async with asyncio.timeout(WITHIN * slowness()):
        while (found := await look()) is None:
            await asyncio.sleep(0.05)
    return found


def an_invoice() -> bytes:
    """A small PDF with a text layer, like no other."""
    file = BytesIO()
    page = Canvas(file)
    lines = [
        "Harbour Books Ltd",
        "INVOICE",
        f"Invoice no: {uuid4().hex[:10]}",
        "Date: 3 March 2026",
        "Total: 12.50 EUR",
    ]
    for row, text in enumerate(lines):
        page.drawString(72, 760 - 24 * row, text)
    page.save()
    return file.getvalue()


@asynccontextmanager
async def running_chain(
    settings_of: Callable[[str], ServiceSettings], *, broker: str | None = None
) -> AsyncIterator[Chain]:
    """All services of the chain, and a tenant with an admin's token. The witness listens at `broker`, else as ingest."""
    port = free_port()
    lossy = Lossy()
    await _forget_what_waits(settings_of)
    services = {name: wire(name, settings_of(name), port) for name in NAMES}
    async with AsyncExitStack() as cleanup:
        for service in services.values():
            lossy.between(service)
            cleanup.push_async_callback(service.stop)
            await service.start()
        tenant, token = uuid4(), f"igt_{secrets.token_urlsafe(32)}"
        await ensure_tenant(
            services["ingest"].db, tenant, name=token[:16], plan="enterprise", token=token, user="ada", role="admin"
        )
        await cleanup.enter_async_context(answering(build_app("chain", list(services.values())), listen_on(port)))
        client = plain_client(base_url=url_on(port), headers={"authorization": f"Bearer {token}"}, timeout=60)
        chain = Chain(services, tenant, await cleanup.enter_async_context(client), lossy)
        await cleanup.enter_async_context(_witness(chain, broker or settings_of("ingest").rabbitmq_url))
        yield chain


async def _forget_what_waits(settings_of: Callable[[str], ServiceSettings]) -> None:
    """What tests of a single service handed in would be worked off first: some of it takes minutes."""
    for name in NAMES:
        await purge(settings_of(name).rabbitmq_url, name)
    for name, statements in WAITING.items():
        connection = await asyncpg.connect(settings_of(name).database_url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


async def purge(url: str, queue: str) -> None:
    """Empty a queue of the broker."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await (await channel.get_queue(queue)).purge()


def wire(name: str, settings: ServiceSettings, port: int) -> Service:
    module = import_module(f"services.{name}.settings")
    values = settings.model_dump() | {"ingest_url": url_on(port)}
    if name == "ingest":
        values |= {"reask_after": SILENCE, "audit_urls": dict.fromkeys(NAMES[1:], url_on(port))}
    values |= {"smtp_url": "smtp://127.0.0.1:9"} if name == "notifier" else {}  # there: nobody answers
    service: Service = import_module(f"services.{name}.app").wire(module.Settings(**values))
    return service


@asynccontextmanager
async def _witness(chain: Chain, url: str) -> AsyncIterator[None]:
    async with await aio_pika.connect(url) as connection:
        queue = await (await connection.channel()).declare_queue(exclusive=True)
        await queue.bind("ingestio.events", "#")

        async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            event = decode(message.body)
            if event.tenant_id == chain.tenant:
                chain.said.append(event)

        await queue.consume(hear, no_ack=True)
        yield
