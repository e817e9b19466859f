"""A database and roles per service, and alembic to bring its tables to the newest revision.

Three roles a service: `<svc>_owner` owns the tables and runs migrations, `<svc>_worker` sees all tenants on queue, outbox and
projection tables, `<svc>_api` sees one tenant at a time. Row-level security is forced, on the owner too.
"""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

log = structlog.get_logger()

SERVICES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
ROLES = ("owner", "worker", "api")
Op = Any  # `alembic.op`: a module that stands for the Operations of the running revision
_SERVICES_FOLDER = Path(__file__).parent.parent / "services"
_SQL_FOLDER = Path(__file__).parent / "sql"
_NO_LOCK = "55P03"
_ONE_AT_A_TIME = 4714  # an advisory lock; 4713 is held by who measures the tables of a running service
_TRY_AGAIN_SECONDS = 1.0


def database_of(service: str) -> str:
    return f"ingestio_{service}"


def url_of(admin_url: str, service: str, role: str, password: str) -> str:
    """The URL of a service's database under one of its roles, on the server of `admin_url`."""
    parts = urlsplit(admin_url)
    host = f"{parts.hostname}:{parts.port or 5432}"
    return f"postgresql://{service}_{role}:{quote(password, safe='')}@{host}/{database_of(service)}"


async def migrate(service: str, admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create the database and the roles when missing, set the roles' passwords, and upgrade the tables.

    `passwords` is by role: owner, worker, api.
    """
    await create_roles_and_database(service, admin_url, passwords)
    await upgrade(service, url_of(admin_url, service, "owner", passwords["owner"]))


async def upgrade(service: str, owner_url: str, *, lock_timeout: str = "3s", tries: int = 20) -> None:
    """Bring the tables of one service to its newest revision, one transaction a revision, under a running system.

    Whoever waits for a lock makes everybody after it wait too: so a revision gives up soon and tries again, which others
    do not notice. Raises DBAPIError when it got no lock in so many tries; what is done by then stays.
    """
    engine = create_async_engine(
        owner_url.replace("postgresql://", "postgresql+asyncpg://", 1),
        connect_args={"server_settings": {"lock_timeout": lock_timeout}},
    )
    try:
        for left in reversed(range(tries)):
            try:
                async with engine.connect() as connection:
                    await _wait_for_turn(connection)
                    return await connection.run_sync(_upgrade, service)
            except DBAPIError as error:
                if not left or getattr(error.orig, "sqlstate", "") != _NO_LOCK:
                    raise
                log.warning("migration_waits_for_a_lock", service=service, tries_left=left)
            await asyncio.sleep(_TRY_AGAIN_SECONDS)
    finally:
        await engine.dispose()


async def migrate_all(admin_url: str, passwords: Mapping[str, Mapping[str, str]]) -> None:
    """Migrate every service. `passwords` is by service, then by role."""
    await asyncio.gather(*(create_roles_and_database(name, admin_url, passwords[name]) for name in SERVICES))
    for name in SERVICES:  # one after the other: alembic's context is global
        await upgrade(name, url_of(admin_url, name, "owner", passwords[name]["owner"]))


async def _wait_for_turn(connection: AsyncConnection) -> None:
    """A second migration asks again and again: waiting, it would hold the snapshot that a concurrent index waits for."""
    while not (await connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_ONE_AT_A_TIME})")).scalar():
        await connection.rollback()
        await asyncio.sleep(_TRY_AGAIN_SECONDS)
    await connection.commit()


def _upgrade(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_SERVICES_FOLDER / service / "migrations"))
    config.attributes["connection"] = connection
    newest = ScriptDirectory.from_config(config).get_current_head() or ""
    found = MigrationContext.configure(connection).get_current_revision() or ""
    connection.rollback()
    if found > newest:  # this release is the older one, taken back to: the tables are good for both
        log.warning("tables_are_of_a_newer_release", service=service, found=found, newest=newest)
        return
    command.upgrade(config, "head")


async def create_roles_and_database(service: str, admin_url: str, passwords: Mapping[str, str]) -> None:
    admin = await asyncpg.connect(admin_url)
    try:
        for role in ROLES:
            name, password = f"{service}_{role}", passwords[role].replace("'", "''")
            verb = "ALTER" if await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name) else "CREATE"
            await admin.execute(f"{verb} ROLE {name} LOGIN PASSWORD '{password}' NOSUPERUSER NOBYPASSRLS")
        database = database_of(service)
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            # The owner must be a role of ours for CREATE DATABASE … OWNER on servers without a real superuser.
            await admin.execute(f"GRANT {service}_owner TO CURRENT_USER")
            await admin.execute(f"CREATE DATABASE {database} OWNER {service}_owner")
            await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
        for role in ROLES:
            await admin.execute(f"GRANT CONNECT ON DATABASE {database} TO {service}_{role}")
    finally:
        await admin.close()


# What the revisions of the services call. A revision never changes once released, so neither may these.


def run_sql_file(op: Op, name: str) -> None:
    """Run one file of shared/sql."""
    run_statements(op, (_SQL_FOLDER / name).read_text())


def run_statements(op: Op, script: str) -> None:
    """Run a script of several statements, function bodies included."""
    for statement in _statements(script):
        op.get_bind().exec_driver_sql(statement)


def create_queue(op: Op, service: str) -> None:
    """The queue tables and functions of revision 1."""
    run_sql_file(op, "queue_001.sql")
    secure_tenant_table(op, service, "jobs", api="SELECT")
    for table in ("flows", "clocks", "shares", "workers"):
        secure_worker_table(op, service, table)
    op.execute(f"GRANT EXECUTE ON FUNCTION enqueue TO {service}_api")


def create_outbox(op: Op, service: str) -> None:
    """The outbox and dead letters of revision 1."""
    run_sql_file(op, "outbox_001.sql")
    secure_tenant_table(op, service, "outbox", api="INSERT")
    secure_worker_table(op, service, "dead_letters")


def add_tombstones(op: Op, service: str) -> None:
    """Tombstones, and the fate of dead letters."""
    run_sql_file(op, "tombstones_001.sql")
    secure_worker_table(op, service, "tombstones")
    run_sql_file(op, "outbox_002.sql")


def create_audit(op: Op, service: str) -> None:
    """The audit log; what is old in it is found by a few summaries."""
    run_sql_file(op, "audit_001.sql")
    secure_tenant_table(op, service, "audit", api="SELECT, INSERT")


def extend_queue(op: Op) -> None:
    """Revision 2 of the queue, which looks at tombstones."""
    run_sql_file(op, "queue_002.sql")


def claim_by_place(op: Op) -> None:
    """Revision 3 of the queue: rows are claimed by their place, and what a dead worker had in hand runs together once."""
    run_sql_file(op, "queue_003.sql")


def stop_single_documents(op: Op) -> None:
    """Revision 2 of the tombstones, where there are jobs about documents."""
    run_sql_file(op, "tombstones_002.sql")


def look_for_deleted_at_once(op: Op) -> None:
    """Revision 3 of the tombstones: one statement says what was deleted."""
    run_sql_file(op, "tombstones_003.sql")


def take_in_at_once(op: Op) -> None:
    """Revision 4 of the queue, where jobs are about documents: one statement takes them in."""
    run_sql_file(op, "queue_004.sql")


def add_queue_settings(op: Op, service: str) -> None:
    """Revision 5 of the queue, whose settings operators change while it runs. The API's role has no part in them."""
    run_sql_file(op, "queue_005.sql")
    secure_worker_table(op, service, "queue_settings")


def secure_tenant_table(op: Op, service: str, table: str, *, api: str, worker: bool = True) -> None:
    """Force row-level security on a table with `tenant_id`; `api` lists what the API role may do with its tenant's rows."""
    _force_row_level_security(op, service, table)
    own = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
    op.execute(f"CREATE POLICY one_tenant ON {table} TO {service}_api USING ({own}) WITH CHECK ({own})")
    if api:
        op.execute(f"GRANT {api} ON {table} TO {service}_api")
    if worker:
        _open_to_worker(op, service, table)


def secure_worker_table(op: Op, service: str, table: str) -> None:
    """Force row-level security on a table that only the worker role may touch."""
    _force_row_level_security(op, service, table)
    _open_to_worker(op, service, table)


def _force_row_level_security(op: Op, service: str, table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY owner ON {table} TO {service}_owner USING (true) WITH CHECK (true)")


def _open_to_worker(op: Op, service: str, table: str) -> None:
    op.execute(f"CREATE POLICY worker ON {table} TO {service}_worker USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {service}_worker")


def _statements(script: str) -> Iterable[str]:
    """Split a script at semicolons that end a line, outside of function bodies."""
    statement: list[str] = []
    in_body = False
    for line in script.splitlines():
        statement.append(line)
        in_body ^= line.count("$$") % 2 == 1
        if not in_body and line.split("--")[0].rstrip().endswith((";", "$$")):
            yield "\n".join(statement).rstrip().rstrip(";")
            statement = []
    if any(line.strip() for line in statement):
        yield "\n".join(statement)
