"""Acts on many batches and documents at once, on all that match, and the way back from a deletion."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SAMPLES
from tests.e2e.conftest import System, wait_for

BATCHES = 52  # more than a page of the list


@pytest.fixture(scope="module")
def pile(system: System) -> str:
    """Batches under a common name, each of one letter."""
    with system.http() as http:
        for number in range(BATCHES):
            content = (SAMPLES / "letter.pdf").read_bytes() + b"\n%" + str(number).encode()
            files = {"files": (f"letter-{number}.pdf", content, "application/pdf")}
            answer = http.post("/api/batches", data={"name": f"Pile {number:02}", "strategy": "auto"}, files=files)
            assert answer.status_code == 202, answer.text
    return "Pile"


def search(page: Page, words: str) -> None:
    page.goto("/batches")
    page.get_by_role("searchbox", name="Search batches").fill(words)
    page.wait_for_url(re.compile("q="))
    expect(page.get_by_role("status", name="Loading batches")).to_have_count(0)


def test_a_deleted_batch_comes_back_by_undo(pile: str, page: Page):
    search(page, f"{pile} 07")
    page.get_by_role("button", name="Actions for Pile 07").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("link", name="Pile 07")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="Pile 07")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Pile 07")).to_be_visible()


def test_a_batch_whose_deletion_nobody_took_back_is_gone(pile: str, system: System, page: Page):
    search(page, f"{pile} 08")
    page.get_by_role("link", name="Pile 08").click()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    with page.expect_response(lambda answer: answer.url.endswith("/api/batches/bulk")) as removal:
        page.get_by_role("button", name="Delete", exact=True).click()

    assert removal.value.json()["done"] == 1


def delete_all_that_match(page: Page, words: str) -> None:
    search(page, words)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name=re.compile(r"^Select all \d+ that match")).click()
    expect(page.get_by_role("status").get_by_text(re.compile(r"^All 5\d matching batches selected"))).to_be_visible()
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text(re.compile(r"^5\d batches deleted\.$"))).to_be_visible()


def test_all_that_match_come_back_by_undo(pile: str, system: System, page: Page):
    delete_all_that_match(page, pile)
    expect(page.get_by_role("link", name=re.compile("^Pile"))).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name=re.compile("^Pile"))).to_have_count(50)


def test_all_that_match_are_deleted_though_only_a_page_of_them_is_shown(pile: str, system: System, page: Page):
    delete_all_that_match(page, pile)

    with system.http() as http:
        wait_for(lambda: http.get("/api/batches", params={"q": pile}).json()["items"] == [] or None, within=30)


def test_chosen_documents_are_deleted_and_come_back_by_undo(filled: System, page: Page):
    page.get_by_role("link", name="Mixed papers").first.click()
    page.get_by_label("Select receipt-market.jpg").check()
    page.get_by_role("toolbar", name="Actions for the chosen documents").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="receipt-market.jpg")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="receipt-market.jpg")).to_be_visible()


def test_failed_files_are_saved_with_what_helps(filled: System, page: Page):
    page.get_by_role("link", name="Mixed papers").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Failed files as CSV").click()

    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("file,custom_id,category,message,advice")
    assert "broken-invoice.pdf" in text
