"""How long a list takes among 1,000,000 documents in 50,000 batches of one tenant.

    python -m bench.lists

Starts the local stack (or uses the one named by INGESTIO_POSTGRES_URL …), fills the aggregator's tables, and asks for each
list many times, as the API does.
"""

import argparse
import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg

from bench.rest import rested, spin
from ingestio.stack import Stack
from services.aggregator.filters import BatchFilter, DocumentFilter
from services.aggregator.lists import list_batches, list_documents
from shared.db import Database
from shared.migrations import ROLES, migrate, url_of

BATCHES = """
INSERT INTO batches (tenant_id, batch_id, name, strategy, priority, metadata, created_by, description, generation,
                     completed, failed, created_at, updated_at)
SELECT $1, gen_random_uuid(), (ARRAY['March', 'April', 'Invoices', 'Receipts'])[1 + n % 4] || ' ' || substr(md5(n::text), 1, 8),
  'auto', 'normal', jsonb_build_object('case', n), 'ada', '', 1, 20, (n % 100 = 0)::int,
  now() - n * interval '1 minute', now() - n * interval '1 minute' FROM generate_series(1, $2::int) n
"""
DOCUMENTS = """
INSERT INTO documents (tenant_id, document_id, batch_id, generation, rank, version, reached, position, file_name, custom_id,
                       media_type, size, pages, document_type, status, needs_review, warnings_count, error, updated_at,
                       finished_at)
SELECT b.tenant_id, gen_random_uuid(), b.batch_id, 1, 5, 1, 2, n, 'scan-' || substr(md5(b.batch_id::text || n), 1, 12) || '.pdf',
  'c-' || (b.metadata ->> 'case') || '-' || n, (ARRAY['application/pdf', 'image/jpeg'])[1 + (n % 7 = 0)::int], 1000, 1,
  (ARRAY['invoice', 'receipt', 'contract'])[1 + (n % 5 = 0)::int + (n % 20 = 0)::int],
  CASE WHEN b.failed > 0 AND n = 1 THEN 'failed' ELSE 'completed' END, false, 0,
  CASE WHEN b.failed > 0 AND n = 1 THEN '{"category": "encrypted", "stage": "intake", "attempts": 1,
    "message": "The file needs a password.", "advice": ""}'::jsonb END,
  b.updated_at + n * interval '1 second', now()
FROM batches b, generate_series(1, 20) n
"""
QUERIES: dict[str, BatchFilter | DocumentFilter] = {
    "batches, newest": BatchFilter(),
    "batches by name": BatchFilter(sort="name"),
    "batches, completed": BatchFilter.model_validate({"status": ["completed"]}),
    "batches of a month": BatchFilter.model_validate({"created_from": "2020-01-01T00:00:00Z"}),
    "batches with contracts": BatchFilter(document_type=["contract"]),
    "batches by metadata": BatchFilter.model_validate({"metadata": '{"case": 777}'}),
    "batches, search rare": BatchFilter(q="c4ca4238"),
    "batches, search misspelt": BatchFilter(q="c4ca4328"),
    "batches, search in all names": BatchFilter(q="scan"),
    "documents, newest": DocumentFilter(),
    "documents by name": DocumentFilter(sort="file_name"),
    "documents, failed": DocumentFilter.model_validate({"status": ["failed"]}),
    "documents, contracts": DocumentFilter(document_type=["contract"]),
    "documents by custom_id": DocumentFilter(custom_id="c-777-7"),
    "documents, search rare": DocumentFilter(q="c4ca4238"),
    "documents, search an error": DocumentFilter(q="password"),
    "documents, search in all names": DocumentFilter(q="scan"),
    "documents, search in the failed": DocumentFilter.model_validate({"q": "scan", "status": ["failed"]}),
}


async def measure(batches: int, times: int) -> dict[str, list[float]]:
    """Milliseconds of each look, by list, once the machine has rested from the filling."""
    quick = spin()
    with tempfile.TemporaryDirectory() as folder:
        async with Stack(Path(folder) / "home") as urls:
            passwords = {role: secrets.token_hex(8) for role in ROLES}
            await migrate("aggregator", urls.postgres, passwords)
            tenant = uuid4()
            await _fill(urlsplit(urls.postgres)._replace(path="/ingestio_aggregator").geturl(), tenant, batches)
            print(
                f"The processor takes {await asyncio.to_thread(rested, quick):.2f} times as long as before the filling."
            )
            api_db = Database(url_of(urls.postgres, "aggregator", "api", passwords["api"]))
            took = {name: await _time(name, query, api_db, tenant, times=times) for name, query in QUERIES.items()}
            await api_db.close()
    return took


async def _fill(owner_url: str, tenant: UUID, batches: int) -> None:
    owner = await asyncpg.connect(owner_url)
    began = time.monotonic()
    await owner.execute("TRUNCATE batches, documents")
    await owner.execute(BATCHES, tenant, batches)
    await owner.execute(DOCUMENTS, timeout=1200)
    await owner.execute("VACUUM ANALYZE batches, documents", timeout=600)
    await owner.execute("CHECKPOINT", timeout=600)  # else what was just filled in is written beside the first looks
    await owner.close()
    print(f"{batches} batches, {batches * 20} documents, filled in {time.monotonic() - began:.0f} s")


async def _time(name: str, query: Any, api_db: Database, tenant: UUID, *, times: int) -> list[float]:
    read: Callable[..., Awaitable[Any]] = list_batches if isinstance(query, BatchFilter) else list_documents
    took = []
    total = 0
    for _ in range(times):
        began = time.perf_counter()
        async with api_db.transaction(tenant=tenant) as tx:
            total = (await read(tx, query, tenant_id=tenant)).total
        took.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{name:32} p50 {statistics.median(took):6.1f} ms  p95 {p95:6.1f} ms  total {total}")
    return took


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=30)
    options = parser.parse_args()
    asyncio.run(measure(options.batches, options.times))
