"""Long lists from honest models come back whole; from failing ones, never as a plain success."""

from functools import cache

import pytest

from bench.completeness import honest, read, spoiling
from shared.pages import Pages
from tests.failing_models import DAMAGES, Damage
from tests.long_lists import MAKERS, LongList, as_pdf, text_pages

every_kind = pytest.mark.parametrize("kind", MAKERS)


@cache
def a_list(kind: str) -> tuple[LongList, Pages]:
    document = MAKERS[kind](25, seed=2)
    return document, text_pages(as_pdf(document))


@every_kind
async def test_an_honest_models_rows_are_complete_and_need_no_review(kind: str):
    document, pages = a_list(kind)
    result = await read(document, pages, honest(document))

    assert result
    assert (result.data, result.warnings) == (document.truth, ())


@pytest.mark.volume
@every_kind
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_list_that_was_spoilt_is_flagged(kind: str, damage: Damage):
    document, pages = a_list(kind)
    result = await read(document, pages, spoiling(document, damage, 1))

    assert result
    assert result.needs_review or result.data == document.truth


@pytest.mark.volume
async def test_a_list_over_many_pages_is_read_in_windows_and_comes_back_whole():
    document = MAKERS["invoice"](400, seed=3)
    result = await read(document, text_pages(as_pdf(document)), honest(document))

    assert result
    assert (result.data, result.warnings) == (document.truth, ())
