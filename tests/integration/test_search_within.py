"""A search looks among what the list asks for besides, however much else fits, and says where it gave up."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.aggregator.bulk import BulkOfBatches, BulkOfDocuments, BulkSteering
from services.aggregator.filters import BatchDocumentFilter, BatchFilter, DocumentFilter
from services.aggregator.lists import list_documents
from services.aggregator.search import search
from services.aggregator.views import DocumentPage
from shared.auth import Identity
from shared.db import Database, run_sql
from shared.events import BatchCreated
from shared.http import ApiError
from tests.integration.lists_world import Lists
from tests.stores import SettingsOf

BATCHES = 2_600
# Two documents each, an hour apart from the next batch; of the oldest batch everything is otherwise.
SEED = """
INSERT INTO batches (tenant_id, batch_id, name, strategy, priority, metadata, created_by, description, generation,
                     completed, failed, created_at, updated_at)
SELECT $1, gen_random_uuid(), 'Batch ' || n, CASE WHEN n = $2 THEN 'global' ELSE 'auto' END, 'normal',
  jsonb_build_object('case', n), 'ada', '', 1, CASE WHEN n = $2 THEN 0 ELSE 2 END, CASE WHEN n = $2 THEN 2 ELSE 0 END,
  now() - n * interval '1 hour', now() - n * interval '1 hour' FROM generate_series(1, $2::int) n
"""
SEED_DOCUMENTS = """
INSERT INTO documents (tenant_id, document_id, batch_id, generation, rank, version, reached, position, file_name, custom_id,
                       media_type, size, pages, document_type, status, needs_review, warnings_count, error, updated_at, finished_at)
SELECT b.tenant_id, gen_random_uuid(), b.batch_id, 1, 5, 1, 2, n, 'invoice-' || n || '.pdf', CASE WHEN b.failed > 0 THEN 'old' END,
  CASE WHEN b.failed > 0 THEN 'image/png' ELSE 'application/pdf' END, 1000, 1,
  CASE WHEN b.failed > 0 THEN 'receipt' ELSE 'invoice' END, CASE WHEN b.failed > 0 THEN 'failed' ELSE 'completed' END,
  b.failed > 0, 0, CASE WHEN b.failed > 0 THEN '{"category": "encrypted", "stage": "extract", "attempts": 1, "message": "A password.",
    "advice": ""}'::jsonb END, b.updated_at, now()
FROM batches b, generate_series(1, 2) n WHERE b.tenant_id = $1
"""
OLD = datetime.now(UTC) - timedelta(hours=BATCHES - 0.5)


@pytest.fixture(scope="module")
async def many(settings_of: SettingsOf) -> AsyncIterator[Lists]:
    """A tenant with 5,200 documents that fit, two of them old."""
    settings = settings_of("aggregator")
    db, api_db = Database(settings.database_url), Database(settings.api_database_url)
    lists = Lists(db, api_db, uuid4())
    async with db.transaction() as tx:
        await run_sql(tx, SEED, lists.tenant, BATCHES)
        await run_sql(tx, SEED_DOCUMENTS, lists.tenant)
    yield lists
    await db.close()
    await api_db.close()


async def with_zebras(many: Lists, *, lately: int, letters: int) -> tuple[Lists, BatchCreated, BatchCreated]:
    """Another tenant with one zebra in its oldest batch, more of them in its newest, and batches of letters between."""
    tenant, start = Lists(many.db, many.api_db, uuid4()), datetime(2026, 1, 1, tzinfo=UTC)
    old, new = (
        tenant.batch("zebra.pdf", time=start),
        tenant.batch(*["zebra.pdf"] * lately, time=start + timedelta(days=9)),
    )
    others = [tenant.batch(*["letter.pdf"] * 5, time=start + timedelta(days=1, hours=n)) for n in range(letters)]
    await tenant.hear(old, *others, new)
    return tenant, old, new


async def oldest(many: Lists) -> UUID:
    (batch,) = (await many.batches(status=["failed"])).items
    return batch.id


async def in_the_oldest(many: Lists, **query: Any) -> DocumentPage:
    batch_id = await oldest(many)
    async with many.api_db.transaction(tenant=many.tenant) as tx:
        asked = BatchDocumentFilter.model_validate(query)
        return await list_documents(tx, asked, tenant_id=many.tenant, batch_id=batch_id)


@pytest.mark.parametrize("q", ["invoice", "invioce", "e-"])
async def test_in_a_batch_only_its_own_documents_are_searched(many: Lists, q: str):
    page = await in_the_oldest(many, q=q)

    assert ([item.file_name for item in page.items], page.search_cut) == (["invoice-1.pdf", "invoice-2.pdf"], False)


async def test_in_a_batch_what_is_only_alike_is_left_out_where_something_fits(many: Lists):
    assert [item.file_name for item in (await in_the_oldest(many, q="invoice-2")).items] == ["invoice-2.pdf"]


@pytest.mark.parametrize(
    "query",
    [
        *({"status": ["failed"]}, {"document_type": ["receipt"]}, {"file_type": ["png"]}, {"custom_id": "old"}),
        *({"needs_review": True}, {"updated_to": OLD}, {"metadata": f'{{"case": {BATCHES}}}'}),
    ],
    ids=lambda query: next(iter(query)),
)
async def test_documents_that_a_filter_means_are_found_behind_thousands_that_fit(many: Lists, query: dict[str, Any]):
    page = await many.documents(q="invoice", **query)

    assert (page.total, page.search_cut, {item.status for item in page.items}) == (2, False, {"failed"})


@pytest.mark.parametrize(
    "query",
    [
        *({"status": ["failed"]}, {"strategy": ["global"]}, {"created_to": OLD}),
        {"metadata": f'{{"case": {BATCHES}}}'},
    ],
    ids=lambda query: next(iter(query)),
)
async def test_batches_that_a_filter_means_are_found_behind_thousands_that_fit(many: Lists, query: dict[str, Any]):
    page = await many.batches(q="invoice", **query)

    assert ([item.id for item in page.items], page.total, page.search_cut) == ([await oldest(many)], 1, False)


async def test_what_no_document_of_a_filter_holds_is_found_in_none_of_them(many: Lists):
    assert (await many.documents(q="invoice-1", status=["cancelled"])).total == 0


@pytest.mark.parametrize(("listed", "at_most"), [("batches", 500), ("documents", 1000)])
async def test_a_list_has_so_many_and_says_that_there_are_more(many: Lists, listed: str, at_most: int):
    page = await getattr(many, listed)(q="invoice")

    assert (page.total, page.search_cut) == (at_most, True)


async def test_a_list_whose_filter_a_search_cannot_know_says_that_it_was_cut(many: Lists):
    page = await many.batches(q="invoice", document_type=["receipt"])

    assert (page.total, page.search_cut) == (0, True)


async def test_what_many_documents_of_few_batches_hold_is_found_in_all_of_them_or_the_answer_says_so(many: Lists):
    tenant, old, new = await with_zebras(many, lately=15, letters=30)
    async with tenant.api_db.transaction(tenant=tenant.tenant) as tx:
        looked = await search(tx, BatchFilter(q="zebra"), tenant_id=tenant.tenant, at_most=15)
        gave_up = await search(tx, BatchFilter(q="zebra"), tenant_id=tenant.tenant, at_most=5)

    assert (set(looked.ids), looked.cut) == ({old.batch_id, new.batch_id}, False)
    assert (gave_up.ids, gave_up.cut) == ([new.batch_id], True)


async def test_what_is_common_only_lately_is_found_far_back_too(many: Lists):
    tenant, old, _ = await with_zebras(many, lately=6, letters=40)
    async with tenant.api_db.transaction(tenant=tenant.tenant) as tx:
        found = await search(tx, DocumentFilter(q="zebra"), tenant_id=tenant.tenant, at_most=7)

    assert (old.files[0].document_id in found.ids, len(found.ids), found.cut) == (True, 7, False)


def steering(many: Lists) -> BulkSteering:
    nobody = httpx2.AsyncClient(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(500)), base_url="http://ingest"
    )
    return BulkSteering(nobody, api_db=many.api_db)


def caller(many: Lists) -> Identity:
    return Identity(tenant_id=many.tenant, user="ada", role="admin")


async def test_bulk_means_every_batch_that_fits_though_their_documents_are_more_than_it_takes(many: Lists):
    bulk = BulkOfBatches(action="delete", filter=BatchFilter(q="invoice"), dry_run=True)

    assert (await steering(many).steer(bulk, caller(many), credential="")).matched == BATCHES


async def test_bulk_refuses_to_act_on_a_part(many: Lists):
    bulk = BulkOfDocuments.model_validate({"action": "delete", "filter": {"q": "invoice"}, "dry_run": True})

    with pytest.raises(ApiError) as refused:
        await steering(many).steer(bulk, caller(many), credential="")
    assert refused.value.code == "too_many"


async def test_bulk_means_the_few_of_a_filter_among_thousands_that_fit(many: Lists):
    wish = {"action": "retry", "filter": {"q": "invoice", "batch_id": await oldest(many)}, "dry_run": True}

    assert (await steering(many).steer(BulkOfDocuments.model_validate(wish), caller(many), credential="")).matched == 2
