"""The tables of all services, seen past row-level security: emptied before a seed, watched during it, read after it."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson

from shared.auth import token_hash
from shared.migrations import database_of
from tests.faults.simulation.link import connect
from tests.faults.simulation.lockstep import Lockstep
from tests.faults.simulation.server import Server
from tests.faults.simulation.world import NAMES

_KEPT = {"alembic_version", "plans"}
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# Its plans are made once. Foreign keys and triggers have no say in it.
_EMPTYING = """
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql AS $$ BEGIN %s; END $$
"""
_UNREST = """
SELECT (SELECT count(*) FROM outbox)::text || ' in the outbox' AS what WHERE EXISTS (SELECT FROM outbox)
"""
_OPEN_JOBS = """
SELECT count(*)::text || ' jobs ' || string_agg(DISTINCT state::text, '') AS what FROM jobs
WHERE state IN ('q', 'd', 's', 'r') HAVING count(*) > 0
"""
_OPEN_BATCHES = """
SELECT 'batch ' || status || ' up to ' || completed_generation || ' of ' || generation AS what FROM batches
WHERE deleted_at IS NULL AND created_event IS NOT NULL AND (status IN ('queued', 'processing', 'cancelling')
  OR completed_generation < generation)
UNION ALL SELECT 'not erased' FROM batches WHERE deleted_at IS NOT NULL AND erased_at IS NULL
UNION ALL SELECT 'document ' || status FROM documents WHERE status = 'uploaded'
"""
_UNCLEARED = "SELECT 'export to be cleared' FROM exports WHERE expires_at = '-infinity'"
# It asks for that itself, after its own silence: what the broker kept from it alone, while others heard it.
_MISSED = """
SELECT 'batch of which the exporter lacks something' AS what FROM export_batches b
CROSS JOIN LATERAL (SELECT coalesce(max(g), 0) AS latest FROM unnest(b.opened) AS g) AS o
CROSS JOIN LATERAL (
  SELECT count(*) AS ready FROM export_documents d
  WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id AND status IS NOT NULL AND generation >= awaited) AS d
WHERE NOT (b.name IS NOT NULL AND latest > 0 AND completed_generation = latest AND cardinality(opened) = latest
  AND ready >= ended)
"""


class Tables:
    """One administrator's connection a database."""

    def __init__(self, server: Server, lockstep: Lockstep) -> None:
        self._lockstep = lockstep
        self._connections: dict[str, Any] = {}
        self._names: dict[str, list[str]] = {}
        for name in NAMES:
            database = database_of(name)
            url = server.admin_url.rsplit("/", 1)[0] + f"/{database}"
            self._connections[database] = connect(url)
            self._names[database] = [row[0] for row in self._fetch(database, _TABLES) if row[0] not in _KEPT]
            statements = "; ".join(f"DELETE FROM {table}" for table in self._names[database])
            self._lockstep.run(self._connections[database].execute(_EMPTYING % statements))

    def connections(self) -> list[Any]:
        return list(self._connections.values())

    def empty(self) -> None:
        for database in self._names:
            self._fetch(database, "SELECT pg_temp.empty_tables()")

    def vacuum(self) -> None:
        for database, names in self._names.items():
            self._lockstep.run(self._connections[database].execute("VACUUM " + ", ".join(names)))

    def add_tenant(self, tenant_id: UUID, *, pages: int | None) -> None:
        """On the largest plan, with so many pages a month, and an endpoint for webhooks."""
        self.execute(
            "ingest",
            "INSERT INTO tenants (tenant_id, name, plan, pages_per_month) VALUES ($1, $2, 'enterprise', $3)",
            tenant_id,
            str(tenant_id),
            pages,
        )
        self.execute(
            "ingest",
            "INSERT INTO tokens (hash, tenant_id, user_name, role) VALUES ($1, $2, 'ada', 'admin')",
            token_hash(str(tenant_id)),
            tenant_id,
        )
        self.execute(
            "notifier",
            "INSERT INTO webhooks (tenant_id, webhook_id, url, events, description, created_by, secret)"
            " VALUES ($1, $1, $2, $3, '', 'ada', 'whsec_c2ltdWxhdGVkLXNpbXVsYXRlZC1zaW11bGF0ZWQ=')",
            tenant_id,
            f"https://{tenant_id}.example/",
            ["batch.completed", "document.extracted", "document.failed", "document.cancelled"],
        )

    def unrest(self) -> Iterator[str]:
        """What is not done yet; nothing when all has come to rest."""
        for name in NAMES:
            database = database_of(name)
            sql = _UNREST
            if "jobs" in self._names[database]:
                sql += f" UNION ALL {_OPEN_JOBS}"
            if name == "ingest":
                sql += f" UNION ALL {_OPEN_BATCHES}"
            if name == "exporter":
                sql += f" UNION ALL {_UNCLEARED} UNION ALL {_MISSED}"
            yield from (f"{name}: {row[0]}" for row in self._fetch(database, sql))

    def contents(self, database: str) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table that has any."""
        parts = [
            f"SELECT '{name}' AS name, json_agg(row_to_json(t)) AS rows FROM {name} t HAVING count(*) > 0"
            for name in self._names[database]
        ]
        found = self._fetch(database, " UNION ALL ".join(parts))
        return {row["name"]: [_typed(one) for one in orjson.loads(row["rows"])] for row in found}

    def _fetch(self, database: str, sql: str) -> Sequence[Any]:
        rows: Sequence[Any] = self._lockstep.run(self._connections[database].fetch(sql))
        return rows

    def function(self, service: str, name: str) -> str:
        """The text that makes this SQL function. Raises what PostgreSQL says of one that is not there."""
        sql = f"SELECT pg_get_functiondef('{name}'::regproc)"
        return str(self._fetch(database_of(service), sql)[0][0])

    def execute(self, service: str, sql: str, *arguments: Any) -> None:
        self._lockstep.run(self._connections[database_of(service)].execute(sql, *arguments))


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """Ids as UUIDs: everything else may stay as JSON has it."""
    return {
        name: UUID(value) if (name.endswith("_id") or name == "subject") and _is_uuid(value) else value
        for name, value in row.items()
    }


def _is_uuid(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 36 and value.count("-") == 4
