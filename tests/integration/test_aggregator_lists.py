"""Lists on a real database: filters, orders, counts and search, each tenant its own, and indexes that serve them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from shared.db import Database, rows
from shared.errors import Category, DocumentError, Stage
from shared.events import BatchCreated
from shared.http import ApiError
from shared.vocabulary import Strategy
from tests.integration.lists_world import Lists
from tests.makers import (
    a_batch_created,
    a_batch_file,
    a_cancel_requested,
    a_document_classified,
    a_document_extracted,
    a_document_failed,
)
from tests.stores import SettingsOf


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
        *("search_documents($1, 'secret', '{}', 10)", "search_batches($1, 'secret', '{}', 10)"),
        "documents_within($1, 'secret', true, '{}', 10)",
        *("find_batches($1, 'secret', 10)", "find_documents($1, 'secret', 10)", "find_by_metadata($1, '{}')"),
    ],
)
async def test_the_search_functions_refuse_every_tenant_but_the_sessions(lists: Lists, call: str):
    for session in (uuid4(), None):
        with pytest.raises(DBAPIError, match="another tenant"):
            async with lists.api_db.transaction(tenant=session) as tx:
                await rows(tx, f"SELECT * FROM {call}", lists.tenant)
