"""The model path over a real connection: long lists, servers that stall, flood or are gone."""

import asyncio
import random
import resource
import time
from collections.abc import AsyncIterator

import pytest

from services.classifier.document_types import built_in
from services.extractor.model import ReadLimits, read_fields
from shared.errors import Category, Permanent, Problem, Throttled, Transient
from shared.pages import Pages
from shared.results import JsonObject, Result
from tests import fake_model as fake
from tests.fake_model import FakeModel, by_page, client_of, serving
from tests.makers import a_page, pages_of

KIND = built_in()["bank_statement"]
PER_PAGE = 49
HEADER = dict.fromkeys(("account_number", "period_start", "period_end", "opening_balance", "closing_balance"))


def a_statement(rows: int) -> tuple[Pages, list[list[JsonObject]]]:
    """Pages with so many transactions, many of them equal, and the truth by page."""
    chance = random.Random(7)
    whats = ("Card payment", "Transfer to savings", "Rent", "Payroll March")
    listed: list[JsonObject] = [
        {
            "date": f"2026-03-{1 + number // 120:02d}",
            "description": chance.choice(whats),
            "amount": -float(chance.choice((5, 12.5, 1300))),
            "balance": None,
        }
        for number in range(rows)
    ]
    truth = [listed[start : start + PER_PAGE] for start in range(0, rows, PER_PAGE)]
    pages = [a_page(*map(_line, page), number=number) for number, page in enumerate(truth, 1)]
    return pages_of(*pages), truth


def _line(row: JsonObject) -> str:
    day, month, year = reversed(row["date"].split("-"))
    return f"{day}.{month}.{year} {row['description']:<40} {row['amount']:>12,.2f}"


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with serving(FakeModel(by_page({"account_holder": None, **HEADER}, "transactions", []))) as model:
        yield model


async def read(model: FakeModel, pages: Pages, *, limits: ReadLimits | None = None) -> Result:
    async with client_of(model.base_url) as client:
        return await read_fields(
            pages,
            document_type=KIND.code,
            prompt=KIND.prompt,
            schema=KIND.json_schema,
            client=client,
            model="fake",
            limits=limits,
        )


async def test_3200_rows_on_66_pages_come_back_complete(model: FakeModel):
    pages, truth = a_statement(3200)
    model.truth = by_page({"account_holder": None, **HEADER}, "transactions", truth)

    result = await read(model, pages)

    assert result.data["transactions"] == [row for page in truth for row in page]
    assert (result.rows.expected, result.rows.extracted) == (3200, 3200)
    assert {warning.code for warning in result.warnings} == {"missing_field"}  # no closing balance is printed


async def test_3200_rows_come_back_complete_from_a_model_that_keeps_being_cut_off(model: FakeModel):
    pages, truth = a_statement(3200)
    model.truth = by_page({"account_holder": None, **HEADER}, "transactions", truth)

    result = await read(model, pages, limits=ReadLimits(max_output_tokens=2_000))

    assert result.data["transactions"] == [row for page in truth for row in page]


@pytest.mark.parametrize("kept", [0, 40])
async def test_a_model_that_drops_rows_never_gives_a_plain_success(model: FakeModel, kept: int):
    pages, truth = a_statement(98)
    model.truth = by_page({"account_holder": None, **HEADER}, "transactions", [page[:kept] for page in truth])

    result = await read(model, pages)

    assert (result.rows.expected, result.rows.extracted) == (98, 2 * kept)
    assert result.needs_review
    assert "rows_missing" in {warning.code for warning in result.warnings}


@pytest.mark.parametrize(
    ("fault", "kind", "category"),
    [
        (fake.drips, Transient, Category.PROVIDER_UNAVAILABLE),
        (fake.never_stops, Permanent, Category.INVALID_OUTPUT),
        (fake.throttles("2"), Throttled, Category.PROVIDER_UNAVAILABLE),
        (fake.fails(502), Transient, Category.PROVIDER_UNAVAILABLE),
    ],
)
async def test_a_misbehaving_server_is_a_clear_failure_in_time_and_memory(
    model: FakeModel, fault: fake.Fault, kind: type[Problem], category: Category
):
    pages, _ = a_statement(3)
    model.will(fault)
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(kind) as problem:
        await read(model, pages, limits=ReadLimits(timeout=1.0))

    assert problem.value.category is category
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kilobytes: less than the flood


async def test_a_server_that_is_gone_is_worth_another_try():
    async with serving(FakeModel(fake.always({}))) as gone:
        pass
    pages, _ = a_statement(1)

    with pytest.raises(Transient):
        await read(gone, pages)


async def test_documents_read_at_the_same_time_do_not_mix(model: FakeModel):
    statements = [a_statement(rows) for rows in (5, 60, 120)]
    model.truth = lambda body: next(
        by_page({"account_holder": None, **HEADER}, "transactions", truth)(body)
        for pages, truth in statements
        if f"{sum(map(len, truth))} rows" in body["messages"][1]["content"]
    )
    marked = [
        pages_of(
            *(
                page.model_copy(update={"words": (*page.words, *a_page("", "", f"{count} rows").words)})
                for page in pages.pages
            )
        )
        for (pages, truth) in statements
        for count in [sum(map(len, truth))]
    ]

    results = await asyncio.gather(*(read(model, pages) for pages in marked))

    assert [len(result.data["transactions"]) for result in results] == [5, 60, 120]
