"""The page format."""

from shared.pages import Pages
from tests.makers import a_page, pages_of


def test_pages_survive_storage():
    pages = pages_of(a_page("Total 12.50"), a_page("Page 2", number=2))

    assert Pages.from_bytes(pages.to_bytes()) == pages


def test_the_same_pages_are_the_same_bytes():
    assert pages_of(a_page("one")).to_bytes() == pages_of(a_page("one")).to_bytes()


def test_one_page_without_words_makes_the_document_need_ocr():
    assert pages_of(a_page("text"), a_page(number=2, source="none")).needs_ocr


def test_pages_with_words_need_no_ocr():
    assert not pages_of(a_page("text")).needs_ocr
