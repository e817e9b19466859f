"""S02: row-level security is on for every table of every service, and no mixture of requests sees through it."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from ingestio.stack import Urls
from services.ingest.tenants import ensure_tenant
from shared.db import Database, rows
from shared.migrations import SERVICES, database_of
from tests.stores import SettingsOf

REQUESTS = 2_000

UNPROTECTED = """
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND relkind IN ('r', 'p') AND relname <> 'alembic_version'
  AND NOT (relrowsecurity AND relforcerowsecurity AND pg_get_userbyid(relowner) = $1)
"""
SEEING_THROUGH = """
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(reloptions), false))
"""
MIGHTY = """
SELECT rolname FROM pg_roles WHERE rolname LIKE $1 AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
"""
# They run as their owner, whom row-level security holds as well; each takes the tenant as an argument or touches no rows of one.
DEFINERS = (
    "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' AND prosecdef"
)
KNOWN_DEFINERS: dict[str, set[str]] = {
    **{service: {"enqueue"} for service in ("classifier", "extractor", "exporter", "notifier")},
    "aggregator": {"enqueue", "batches_with", "documents_with", "documents_within", "find_by_metadata"},
}
READABLE = """
SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'tenant_id'
  AND has_column_privilege($1::name, c.oid, a.attnum, 'SELECT')
"""


@pytest.fixture(params=SERVICES)
async def service(request: pytest.FixtureRequest, settings_of: SettingsOf) -> str:
    settings_of(request.param)
    return str(request.param)


async def asked(urls: Urls, service: str, sql: str, *parameters: str) -> list[str]:
    """The first column, as the administrator sees it."""
    connection = await asyncpg.connect(urls.postgres.rpartition("/")[0] + f"/{database_of(service)}")
    try:
        return sorted(row[0] for row in await connection.fetch(sql, *parameters))
    finally:
        await connection.close()


async def test_every_table_forces_it_on_its_owner_too(urls: Urls, service: str):
    assert await asked(urls, service, UNPROTECTED, f"{service}_owner") == []


async def test_no_view_sees_more_than_who_asks(urls: Urls, service: str):
    assert await asked(urls, service, SEEING_THROUGH) == []


async def test_no_role_of_a_service_is_above_it(urls: Urls, service: str):
    assert await asked(urls, service, MIGHTY, f"{service}\\_%") == []


async def test_functions_with_the_rights_of_their_owner_are_the_known_ones(urls: Urls, service: str):
    assert set(await asked(urls, service, DEFINERS)) <= KNOWN_DEFINERS.get(service, set())


async def test_without_a_tenant_nothing_is_seen(urls: Urls, settings_of: SettingsOf, service: str):
    tables = await asked(urls, service, READABLE, f"{service}_api")
    connection = await asyncpg.connect(settings_of(service).api_database_url)
    try:
        seen = {table: await connection.fetchval(f"SELECT count(tenant_id) FROM {table}") for table in tables}
    finally:
        await connection.close()

    assert tables
    assert set(seen.values()) == {0}


@pytest.fixture
async def two_tenants(settings_of: SettingsOf) -> AsyncIterator[tuple[Database, list[UUID]]]:
    """Two tenants with a token each, and the API's login on two connections for everybody."""
    settings = settings_of("ingest")
    tenants, db = [uuid4(), uuid4()], Database(settings.database_url)
    for tenant in tenants:
        about = {"name": str(tenant), "plan": "plus", "token": str(tenant), "user": "ada", "role": "admin"}
        await ensure_tenant(db, tenant, **about)
    narrow = Database(settings.api_database_url, pool_size=1)
    yield narrow, tenants
    await narrow.close()
    await db.close()


async def test_requests_on_shared_connections_never_see_each_others_rows(two_tenants: tuple[Database, list[UUID]]):
    db, tenants = two_tenants
    chance, foreign, answered = random.Random(2), [], 0

    async def look(tenant: UUID | None) -> Sequence[Any]:
        if tenant is None:
            async with db.transaction() as tx:
                return await rows(tx, "SELECT tenant_id FROM tokens")
        async with db.transaction(tenant=tenant) as tx:
            await asyncio.sleep(0)
            return await rows(tx, "SELECT tenant_id FROM tokens")

    for _ in range(REQUESTS // 20):
        asking = [chance.choice([*tenants, None]) for _ in range(20)]
        tasks = [asyncio.create_task(look(tenant)) for tenant in asking]
        for task in chance.sample(tasks, 3):
            await asyncio.sleep(chance.random() / 500)
            task.cancel()
        for tenant, found in zip(asking, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
            if not isinstance(found, BaseException):
                answered += 1
                foreign += [row for row in found if row.tenant_id != tenant]

    assert foreign == []
    assert answered > REQUESTS / 2
