"""The notifier for tests: real database and API, jobs run by hand, so that a test decides when time passes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.notifier.addresses import Guard, Resolver, parse_networks
from services.notifier.app import run_message, wire
from services.notifier.deliver import RETRIES, deliver
from services.notifier.handlers import on_public_event
from services.notifier.mail_server import MailServer
from services.notifier.sealing import Seal
from services.notifier.send_mail import send_mail
from services.notifier.sending import Sender
from services.notifier.settings import Settings
from services.notifier.turns import Turns
from shared.auth import Identity
from shared.cloudevent import Event
from shared.db import Database, run_sql
from shared.jobs import claim, finish, sweep
from shared.service import Service, build_app
from tests.integration.webhook_receivers import ALLOWED
from tests.makers import a_batch_completed
from tests.stores import SettingsOf

SEALING_KEY = "a-key-for-tests"


class Tokens:
    """A token is the id of its tenant and a role."""

    async def verify(self, token: str) -> Identity | None:
        tenant, _, role = token.partition(":")
        return Identity(tenant_id=UUID(tenant), user="ada", role=role)


@dataclass
class Notifier:
    """The notifier's database and API, its worker's steps, and a tenant of its own."""

    service: Service
    client: httpx2.AsyncClient
    sender: Sender
    mail_server: MailServer | None = None
    worker: UUID = field(default_factory=uuid4)
    tenant: UUID = field(default_factory=uuid4)

    @property
    def db(self) -> Database:
        return self.service.db

    async def ask(
        self, method: str, path: str = "", *, role: str = "admin", tenant: UUID | None = None, **rest: Any
    ) -> Any:
        headers = {"authorization": f"Bearer {tenant or self.tenant}:{role}"}
        return await self.client.request(
            method, f"/api{path}" if path.startswith("/mail") else f"/api/webhooks{path}", headers=headers, **rest
        )

    async def webhook(self, url: str, **rest: Any) -> dict[str, Any]:
        answer = await self.ask("POST", json={"url": url, **rest})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            await on_public_event(events, tx=tx)

    def completed(self, **changes: Any) -> Event:
        return a_batch_completed(tenant_id=self.tenant, **changes)

    async def run_due(self) -> int:
        """Run what is ready, as a worker does; returns how many."""
        async with self.db.transaction() as tx:
            await run_sql(tx, "INSERT INTO workers VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING", self.worker)
        jobs = await claim(self.db, worker=self.worker, slots=50, idle=True, max_run=timedelta(minutes=1))
        run = partial(
            run_message,
            send_webhook=partial(deliver, db=self.db, sender=self.sender, turns=Turns(), seal=Seal([SEALING_KEY])),
            send_mail=partial(send_mail, db=self.db, server=self.mail_server, turns=Turns()),
        )
        outcomes = await asyncio.gather(*map(run, jobs))
        if outcomes:
            async with self.db.transaction() as tx:
                await finish(tx, [outcome.within(RETRIES) for outcome in outcomes])
        return len(jobs)

    async def pass_time(self) -> None:
        """Let every delayed job come due."""
        async with self.db.transaction() as tx:
            await run_sql(tx, "UPDATE jobs SET run_at = clock_timestamp() WHERE state = 'd'")
            await sweep(tx, delay=0, retries=RETRIES)

    async def deliveries(self, webhook: dict[str, Any]) -> list[dict[str, Any]]:
        answer = await self.ask("GET", f"/{webhook['id']}/deliveries")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@asynccontextmanager
async def a_notifier(settings_of: SettingsOf, *, smtp_url: str = "smtp://127.0.0.1:1") -> AsyncIterator[Notifier]:
    """Wired and empty; receivers on ALLOWED may be reached and have one second."""
    settings = Settings(
        **settings_of("notifier").model_dump(),
        webhook_networks=f"{ALLOWED}/32",
        sealing_keys=SEALING_KEY,
        smtp_url=smtp_url,
    )
    service = wire(settings)
    service.verifier = Tokens()
    async with service.db.transaction() as tx:
        for table in ("jobs", "flows", "clocks", "workers", "deliveries", "webhooks", "mail_recipients"):
            await run_sql(tx, f"DELETE FROM {table}")
    resolver = Resolver()
    sender = Sender(Guard(resolver, parse_networks(settings.webhook_networks)), total_seconds=1)
    transport = httpx2.ASGITransport(build_app("notifier", [service]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://notifier") as client:
        yield Notifier(service, client, sender)
    await resolver.close()
    await service.stop()
