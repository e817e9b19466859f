"""Lists on a real database: filters, orders, counts and search, each tenant its own, and indexes that serve them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from ingestio.stack import Urls
from services.aggregator.filters import BatchFilter, DocumentFilter
from services.aggregator.handlers import project
from services.aggregator.lists import list_batches, list_documents
from services.aggregator.views import BatchPage, DocumentPage
from shared.cloudevent import Event
from shared.db import Database, rows, run_sql
from shared.errors import Category, DocumentError, Stage
from shared.events import BatchCreated
from shared.http import ApiError
from shared.vocabulary import Strategy
from tests.integration.conftest import SettingsOf
from tests.makers import (
    a_batch_created,
    a_batch_file,
    a_cancel_requested,
    a_document_classified,
    a_document_extracted,
    a_document_failed,
)


@dataclass
class Lists:
    """The lists as one tenant asks for them."""

    db: Database
    api_db: Database
    tenant: UUID

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            await project(events, tx=tx)

    def batch(self, *files: str, **changes: Any) -> BatchCreated:
        listed = tuple(a_batch_file(position=place, file_name=name) for place, name in enumerate(files))
        made = a_batch_created(tenant_id=self.tenant, **changes)
        return made.model_copy(update={"files": listed}) if files else made

    async def batches(self, *, tenant: UUID | None = None, **query: Any) -> BatchPage:
        tenant = tenant or self.tenant
        async with self.api_db.transaction(tenant=tenant) as tx:
            return await list_batches(tx, BatchFilter.model_validate(query), tenant_id=tenant)

    async def documents(self, **query: Any) -> DocumentPage:
        async with self.api_db.transaction(tenant=self.tenant) as tx:
            return await list_documents(tx, DocumentFilter.model_validate(query), tenant_id=self.tenant)


@pytest.fixture
async def lists(settings_of: SettingsOf) -> AsyncIterator[Lists]:
    settings = settings_of("aggregator")
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)
    yield Lists(db, api_db, uuid4())
    await db.close()
    await api_db.close()


def of(batch: BatchCreated, position: int = 0) -> dict[str, Any]:
    ids = {"tenant_id": batch.tenant_id, "batch_id": batch.batch_id}
    return ids | {"document_id": batch.files[position].document_id, "file_name": batch.files[position].file_name}


@pytest.mark.parametrize(
    "query",
    [
        {"strategy": ["per_document"]},
        {"document_type": ["receipt"]},
        {"file_type": ["png"]},
        {"custom_id": "c-7"},
        {"metadata": '{"case": 7}'},
        {"metadata": '{"who": {"name": "ada"}}'},
        {"status": ["completed"]},
        {"q": "April"},
        {"q": "arpil receipts"},
        {"q": "lunch"},
    ],
    ids=str,
)
async def test_a_filter_of_batches_finds_the_one_it_fits(lists: Lists, query: dict[str, Any]):
    file = a_batch_file(file_name="lunch in porto.png", media_type="image/png", custom_id="c-7")
    wanted = a_batch_created(
        tenant_id=lists.tenant,
        name="April receipts",
        strategy=Strategy.PER_DOCUMENT,
        metadata={"case": 7, "who": {"name": "ada", "age": 36}},
    ).model_copy(update={"files": (file,)})
    await lists.hear(wanted, a_document_extracted(**of(wanted), document_type="receipt"))
    await lists.hear(lists.batch("invoice.pdf", name="March", metadata={"case": 8}), lists.batch())
    page = await lists.batches(**query)

    assert ([item.id for item in page.items], page.total) == ([wanted.batch_id], 1)


@pytest.mark.parametrize(
    "query",
    [
        {"status": ["failed"]},
        {"document_type": ["receipt"]},
        {"file_type": ["jpg"]},
        {"custom_id": "c-7"},
        {"metadata": '{"case": 7}'},
        {"q": "coffee"},
        {"q": "cofee"},
        {"q": "password"},
        {"q": "pasword"},
    ],
    ids=str,
)
async def test_a_filter_of_documents_finds_the_one_it_fits(lists: Lists, query: dict[str, Any]):
    file = a_batch_file(file_name="coffee-bar.jpg", media_type="image/jpeg", custom_id="c-7")
    wanted = lists.batch(metadata={"case": 7}).model_copy(update={"files": (file,)})
    error = DocumentError.of(Category.ENCRYPTED, Stage.EXTRACT, "The file needs a password.")
    other = lists.batch("invoice.pdf", "letter.pdf")
    await lists.hear(wanted, a_document_classified(**of(wanted), document_type="receipt"))
    await lists.hear(a_document_failed(**of(wanted), error=error), other, a_document_extracted(**of(other)))
    page = await lists.documents(**query)

    assert ([item.id for item in page.items], page.total) == ([file.document_id], 1)


async def test_dates_bound_a_list_from_the_first_to_before_the_last(lists: Lists):
    first = lists.batch()
    later = [lists.batch(time=first.time + timedelta(days=day)) for day in (1, 2)]
    await lists.hear(first, *later)
    page = await lists.batches(created_from=later[0].time, created_to=later[1].time)

    assert [item.id for item in page.items] == [later[0].batch_id]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"])
async def test_every_order_of_batches_comes_in_pages_without_gap_or_overlap(lists: Lists, sort: str):
    start = lists.batch().time
    made = [lists.batch(name=f"B{n % 3}", time=start + timedelta(seconds=n // 2)) for n in range(7)]
    await lists.hear(*made)
    seen, cursor = [], None
    while True:
        page = await lists.batches(sort=sort, limit=2, cursor=cursor)
        seen += page.items
        if not (cursor := page.next_cursor):
            break

    values = [(getattr(item, sort.removeprefix("-")), item.id) for item in seen]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert {item.id for item in seen} == {batch.batch_id for batch in made}
    assert page.total == 7


@pytest.mark.parametrize("sort", ["updated_at", "-updated_at", "file_name", "-file_name"])
async def test_every_order_of_documents_comes_in_pages_without_gap_or_overlap(lists: Lists, sort: str):
    await lists.hear(lists.batch("b.pdf", "a.pdf", "b.pdf"), lists.batch("c.pdf", "a.pdf"))
    seen, cursor = [], None
    while True:
        page = await lists.documents(sort=sort, limit=2, cursor=cursor)
        seen += page.items
        if not (cursor := page.next_cursor):
            break

    values = [(getattr(item, sort.removeprefix("-")), item.id) for item in seen]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert len({item.id for item in seen}) == 5


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "bnVsbA", "MQ"])
async def test_a_foreign_cursor_is_told_so(lists: Lists, cursor: str):
    with pytest.raises(ApiError):
        await lists.batches(cursor=cursor)


async def test_a_cursor_of_another_order_is_told_so(lists: Lists):
    await lists.hear(lists.batch(), lists.batch())
    cursor = (await lists.batches(limit=1)).next_cursor

    with pytest.raises(ApiError):
        await lists.batches(limit=1, cursor=cursor, sort="name")


@pytest.mark.parametrize(("q", "other"), [("x%y", "xerography many"), ("x_y", "xay"), ("x\\y", "xy")])
async def test_signs_that_mean_something_to_a_database_mean_themselves(lists: Lists, q: str, other: str):
    wanted = lists.batch(name=f"The {q}")
    await lists.hear(wanted, lists.batch(name=f"The {other}"))

    assert [item.id for item in (await lists.batches(q=q)).items] == [wanted.batch_id]


async def test_what_is_only_alike_is_left_out_where_something_fits(lists: Lists):
    exact, alike = lists.batch("invoice.pdf", name="Invoices"), lists.batch("invioce.pdf", name="Invioces")
    await lists.hear(exact, alike)

    assert [item.id for item in (await lists.batches(q="invoices")).items] == [exact.batch_id]
    assert [item.file_name for item in (await lists.documents(q="invoice")).items] == ["invoice.pdf"]


async def test_what_is_being_deleted_is_in_no_list(lists: Lists):
    batch = lists.batch("gone.pdf")
    await lists.hear(batch, a_cancel_requested(tenant_id=lists.tenant, batch_id=batch.batch_id, deleting=True))

    assert (await lists.batches(q="gone")).total == (await lists.documents()).total == 0


async def test_another_tenant_finds_nothing(lists: Lists):
    await lists.hear(lists.batch("secret-merger.pdf", name="Secret", metadata={"case": 7}))

    for query in ({"q": "secret"}, {"metadata": '{"case": 7}'}, {}):
        assert (await lists.batches(tenant=uuid4(), **query)).total == 0


@pytest.mark.parametrize(
    "call",
    [
        *("documents_with($1, 'secret', true, 10)", "batches_with($1, 'secret', false, 10)"),
        *("find_batches($1, 'secret', 10)", "find_documents($1, 'secret', 10)", "find_by_metadata($1, '{}')"),
    ],
)
async def test_the_search_functions_refuse_every_tenant_but_the_sessions(lists: Lists, call: str):
    for session in (uuid4(), None):
        with pytest.raises(DBAPIError, match="another tenant"):
            async with lists.api_db.transaction(tenant=session) as tx:
                await rows(tx, f"SELECT * FROM {call}", lists.tenant)


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
