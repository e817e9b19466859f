"""What was answered once is not asked again, what it took is counted, and an outage fails nobody."""

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest

from services.extractor.handlers import on_batch_deleted
from shared.db import Database
from shared.events import DocumentExtracted, DocumentFailed
from shared.pages import Pages
from shared.results import JsonObject, Usage
from shared.settings import ServiceSettings
from tests import fake_model as fake
from tests import makers
from tests.fake_model import FakeModel, by_page
from tests.integration.reading_world import ReadingWorld, a_reading_world

ITEMS = [[{"name": f"Thing {page}-{row}"} for row in range(60)] for page in range(4)]


def a_list(vendor: str = "Harbour Books Ltd") -> Pages:
    """Four pages that need two windows."""
    return makers.pages_of(
        *(
            makers.a_page(
                vendor, *(f"{item['name']}   {row + 1}.00 {row + 2}.00" for row, item in enumerate(page)), number=n
            )
            for n, page in enumerate(ITEMS, 1)
        )
    )


def truth(body: JsonObject) -> JsonObject:
    return by_page({"vendor": "Harbour Books Ltd"}, "items", ITEMS)(body)


@pytest.fixture
async def world(settings_of: Callable[[str], ServiceSettings], extractor_db: Database) -> AsyncIterator[ReadingWorld]:
    async with a_reading_world(settings_of("extractor"), FakeModel(truth)) as world:
        yield world


async def test_the_same_question_about_the_same_bytes_is_answered_from_what_is_stored(world: ReadingWorld):
    first = await world.read(a_list())
    calls = len(world.model.calls)
    again = await world.read(a_list())

    assert (calls, len(world.model.calls)) == (3, 3)
    assert (first.cached, again.cached) == (False, True)
    assert again.result
    assert first.result
    assert again.result.data == first.result.data
    assert again.usage == again.result.usage == Usage()


@pytest.mark.parametrize(
    "change", [{"tenant_id": uuid4()}, {"prompt": "Read it well."}, {"sha256": "cd" * 32}, {"document_type": "receipt"}]
)
async def test_another_tenant_or_question_or_file_is_asked_anew(world: ReadingWorld, change: JsonObject):
    await world.read(a_list())
    other = await world.read(a_list("Harbour Books Ltd" if "sha256" not in change else "Harbour  Books Ltd."), **change)

    assert (other.cached, len(world.model.calls)) == (False, 6)


async def test_a_stored_result_that_was_deleted_is_not_found_again(world: ReadingWorld):
    first = await world.read(a_list())
    async with world.service.db.transaction() as tx:
        await on_batch_deleted([makers.a_batch_deleted(batch_id=first.batch_id, tenant_id=first.tenant_id)], tx=tx)

    assert not (await world.read(a_list())).cached
    assert len(world.model.calls) == 6


async def test_a_retry_asks_only_for_the_windows_that_are_missing(world: ReadingWorld):
    world.model.will(None, None, fake.refuses)
    document = await world.submit(a_list())
    failed = await world.end_of(document)
    again = await world.read(a_list(), document_id=document.document_id, batch_id=document.batch_id, generation=2)

    assert isinstance(failed, DocumentFailed)
    assert (again.rows.extracted, len(world.model.calls)) == (240, 4)


async def test_tokens_and_cost_of_all_attempts_are_counted_and_seen_by_their_tenant_only(world: ReadingWorld):
    world.model.will(fake.says("not json"))
    read = await world.read(a_list())

    (used,) = await world.as_tenant(read.tenant_id, "SELECT * FROM model_usage")
    assert (used.calls, used.model) == (4, "gpt-4o-mini")
    assert read.usage.cost == pytest.approx((used.input_tokens * 0.15 + used.output_tokens * 0.6) / 1e6, abs=1e-5)
    assert read.usage == Usage(
        input_tokens=used.input_tokens, output_tokens=used.output_tokens, cost=round(float(used.cost), 6)
    )
    assert await world.as_tenant(uuid4(), "SELECT * FROM model_usage") == []


async def test_an_outage_costs_no_document_its_attempts(world: ReadingWorld):
    world.model.will(*[fake.fails(503)] * 11)
    documents = [await world.submit(a_list(), sha256=uuid4().hex * 2, prompt=f"Read {n}.") for n in range(8)]

    ends = [await world.end_of(document) for document in documents]
    jobs = [await world.job(document) for document in documents]

    assert {event.type for event in ends} == {"document.extracted"}
    assert max(job.attempts for job in jobs) <= 2


async def test_a_third_of_all_calls_failing_loses_no_document(world: ReadingWorld):
    world.model.will(*[fake.fails(502), None, None] * 12)
    documents = [await world.submit(a_list(), sha256=uuid4().hex * 2, prompt=f"Read {n}.") for n in range(6)]

    ends = [await world.end_of(document) for document in documents]

    assert {event.type for event in ends} == {"document.extracted"}
    assert {event.rows.extracted for event in ends if isinstance(event, DocumentExtracted)} == {240}
