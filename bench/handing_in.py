"""Hands documents in as ingest does after it looked at the files, and waits until the last of their rows is written."""

import asyncio
import time
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from bench.system import Stores
from services.ingest.batch_form import BatchForm
from services.ingest.candidates import Candidate
from services.ingest.form import ReceivedFile
from services.ingest.inspection import Facts, new_sandbox
from services.ingest.intake import Intake
from services.ingest.pending import insert_pending
from services.ingest.settings import Settings
from shared.auth import Identity
from shared.bell import Bell
from shared.db import Database, run_sql
from shared.migrations import database_of
from shared.storage import Storage
from shared.vocabulary import Strategy

_LOOK_EVERY = 0.05
SCHEMA = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}

# By service: what must be there of a batch when the chain is through with it. $1 is the batch, each counts documents.
_ROWS = {
    "aggregator": (
        # The first that is asked for is cheap, as it is asked for again and again.
        "SELECT completed FROM batches WHERE batch_id = $1",
        "SELECT count(*) FROM documents WHERE batch_id = $1 AND status = 'completed'",
        "SELECT count(*) / 3 FROM timeline JOIN documents USING (tenant_id, document_id) WHERE batch_id = $1",
    ),
    "exporter": ("SELECT count(*) FROM export_documents WHERE batch_id = $1 AND status = 'completed'",),
    "extractor": (
        "SELECT count(*) FROM extractions WHERE batch_id = $1",
        "SELECT count(*) FROM jobs WHERE batch_id = $1 AND state = 'x'",
    ),
    "classifier": ("SELECT count(*) FROM classifications WHERE batch_id = $1",),
    "ingest": (
        "SELECT count(*) FROM documents WHERE batch_id = $1 AND status = 'completed'",
        "SELECT count(*) FROM quota_ledger WHERE batch_id = $1 AND kind = 'commit'",
    ),
}


class Office:
    """Another replica of ingest, without its HTTP: its documents are small and were looked at before."""

    def __init__(self, there: Stores) -> None:
        self._there = there
        url = there.database("ingest", "api")
        self._api_db = Database(url)
        self._settings = Settings(
            database_url=url, api_database_url=url, rabbitmq_url=there.urls.rabbitmq, s3_url=there.urls.s3
        )

    async def close(self) -> None:
        await self._api_db.close()

    async def hand_in(self, documents: int, *, tenant: UUID) -> UUID:
        """One batch: its rows, reservations and events in one transaction, and the relay is told."""
        caller, batch, wish = Identity(tenant_id=tenant, user="bench", role="admin"), uuid4(), _wish()
        intake = Intake(
            api_db=self._api_db,
            storage=Storage(self._settings.s3_url),
            sandbox=new_sandbox(children=1),
            bell=Bell(),
            settings=self._settings,
        )
        async with self._api_db.transaction(tenant=tenant) as tx:
            await insert_pending(tx, batch, caller, name="bench", key=None, fingerprint="")
        await intake.queue(
            batch, caller, name="bench", wish=wish, candidates=[_candidate(place) for place in range(documents)]
        )
        async with self._api_db.transaction() as tx:
            await run_sql(tx, "NOTIFY ingestio")
        return batch

    async def tenant(self) -> UUID:
        """The local tenant."""
        connection = await self.look("ingest")
        try:
            return UUID(str(await connection.fetchval("SELECT tenant_id FROM tenants WHERE name = 'local'")))
        finally:
            await connection.close()

    async def look(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of the administrator's to one service's database."""
        return await asyncpg.connect(self._there.urls.postgres, database=database_of(service))

    async def wait_until_through(self, batch: UUID, documents: int, *, within: float = 600) -> None:
        """Returns when every row of the batch is written everywhere. Raises TimeoutError."""
        deadline = time.monotonic() + within
        for service, counts in _ROWS.items():
            connection = await self.look(service)
            try:
                for sql in counts:
                    while (await connection.fetchval(sql, batch) or 0) < documents:
                        if time.monotonic() > deadline:
                            raise TimeoutError(sql)
                        await asyncio.sleep(_LOOK_EVERY)
            finally:
                await connection.close()


def _wish() -> BatchForm:
    return BatchForm(strategy=Strategy.GLOBAL, prompt="The total.", json_schema=SCHEMA)


def _candidate(position: int) -> Candidate:
    file = ReceivedFile(f"{position}.pdf", Path("gone"), size=1000, sha256=f"{position:064x}")
    return Candidate(uuid4(), position, file, Facts(media_type="application/pdf", pages=1), None)
