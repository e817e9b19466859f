"""Indexes serve the lists among many documents, whatever is asked for."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from ingestio.stack import Urls
from services.aggregator.filters import BatchFilter, DocumentFilter
from services.aggregator.lists import list_batches, list_documents
from shared.db import Database, rows, run_sql
from tests.integration.lists_world import Lists
from tests.stores import SettingsOf

SEED = """
INSERT INTO batches (tenant_id, batch_id, name, strategy, priority, metadata, created_by, description, generation,
                     completed, created_at, updated_at)
SELECT $1, gen_random_uuid(), 'Batch ' || md5(n::text), 'auto', 'normal', jsonb_build_object('case', n), 'ada', '', 1,
  20, now() - n * interval '1 minute', now() - n * interval '1 minute' FROM generate_series(1, 1000) n
"""
SEED_DOCUMENTS = """
INSERT INTO documents (tenant_id, document_id, batch_id, generation, rank, version, reached, position, file_name, custom_id,
                       media_type, size, pages, document_type, status, needs_review, warnings_count, updated_at, finished_at)
SELECT b.tenant_id, gen_random_uuid(), b.batch_id, 1, 5, 1, 2, n, md5(b.batch_id::text || n) || '.pdf', md5(n || b.name),
  'application/pdf', 1000, 1, CASE WHEN random() < 0.01 THEN 'receipt' ELSE 'invoice' END,
  CASE WHEN random() < 0.01 THEN 'failed' ELSE 'completed' END, false, 0, b.updated_at + n * interval '1 second', now()
FROM batches b, generate_series(1, 20) n WHERE b.tenant_id = $1
"""
SCANS = """
SELECT (SELECT coalesce(sum(pg_stat_get_xact_numscans(c.oid)), 0) FROM pg_class c
        WHERE c.relname IN ('batches', 'documents')) AS whole,
  pg_stat_get_xact_numscans($1::text::regclass) AS index
"""


READ = "SELECT pg_stat_get_xact_tuples_returned('documents_updated'::regclass)"


@pytest.fixture(scope="module")
async def full(settings_of: SettingsOf, urls: Urls) -> AsyncIterator[Lists]:
    """Two tenants with 1,000 batches and 20,000 documents each."""
    settings = settings_of("aggregator")
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)
    lists = Lists(db, api_db, uuid4())
    async with db.transaction() as tx:
        for tenant in (lists.tenant, uuid4()):
            await run_sql(tx, SEED, tenant)
            await run_sql(tx, SEED_DOCUMENTS, tenant)
    owner = await asyncpg.connect(urlsplit(urls.postgres)._replace(path="/ingestio_aggregator").geturl())
    await owner.execute("VACUUM ANALYZE batches, documents")
    await owner.close()
    yield lists
    await db.close()
    await api_db.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (BatchFilter(), "batches_newest"),
        (BatchFilter(sort="-updated_at"), "batches_updated"),
        (BatchFilter(sort="name"), "batches_name"),
        (BatchFilter(q="c4ca4238a0b9"), "batches_search"),
        (BatchFilter(q="c4ca4238a0b9"), "documents_search"),
        (BatchFilter.model_validate({"metadata": '{"case": 7}'}), "batches_metadata"),
        (BatchFilter(custom_id="nobody's"), "documents_custom"),
        (DocumentFilter(), "documents_updated"),
        (DocumentFilter(sort="file_name"), "documents_name"),
        (DocumentFilter(status=["failed"]), "documents_status"),
        (DocumentFilter(document_type=["receipt"]), "documents_type"),
        (DocumentFilter(custom_id="nobody's"), "documents_custom"),
        (DocumentFilter(q="c4ca4238a0b9"), "documents_search"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value.model_dump(exclude_defaults=True)),
)
async def test_an_index_serves_the_list_and_no_table_is_read_whole(full: Lists, query: Any, index: str):
    async with full.api_db.transaction(tenant=full.tenant) as tx:
        await (list_batches if isinstance(query, BatchFilter) else list_documents)(tx, query, tenant_id=full.tenant)
        ((whole, used),) = await rows(tx, SCANS, index)

    assert (whole, used > 0) == (0, True)


@pytest.mark.parametrize(
    "query", [DocumentFilter(q="c4ca4328a0b9"), BatchFilter(q="c4ca4328a0b9")], ids=["documents", "batches"]
)
async def test_a_misspelt_word_is_not_looked_for_in_every_document(full: Lists, query: Any):
    async with full.api_db.transaction(tenant=full.tenant) as tx:
        ((before,),) = await rows(tx, READ)
        await (list_batches if isinstance(query, BatchFilter) else list_documents)(tx, query, tenant_id=full.tenant)
        ((after,),) = await rows(tx, READ)

    assert after - before <= 2 * 1000
