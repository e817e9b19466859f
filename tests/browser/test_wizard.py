"""The wizard beside the straight way: a prompt is tried and suggested, bad files are told, a lost session costs nothing."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import SAMPLES
from tests.e2e.conftest import System

INVOICE = SAMPLES / "invoice-english.pdf"


def begin(page: Page, *files: Path) -> None:
    page.goto("/batches/new")
    page.get_by_label("Files", exact=True).set_input_files(files)


def to_prompts(page: Page, strategy: str) -> None:
    expect(page.get_by_text(re.compile(r"^1 of 1 file"))).to_be_visible()
    page.get_by_role("button", name="Next: prompts").click()
    page.get_by_role("radio", name=re.compile(f"^{strategy}")).check()


def test_a_prompt_is_suggested_and_tried_on_a_file_before_anything_is_submitted(page: Page):
    begin(page, INVOICE)
    to_prompts(page, "Global")
    expect(page.get_by_role("button", name="Try the prompt")).to_be_disabled()
    page.get_by_role("button", name="Suggest a prompt").click()
    expect(page.get_by_label("Prompt for 1 file")).to_have_value(re.compile("invoice", re.IGNORECASE))
    page.get_by_role("button", name="Try the prompt").click()

    tried = page.get_by_role("region", name="What came of invoice-english.pdf")
    expect(tried.get_by_text("Completed")).to_be_visible()
    expect(tried.get_by_text("HR-2026-0318")).to_be_visible()


def test_files_that_cannot_be_taken_are_told_with_reasons_and_saved_as_a_list(page: Page, tmp_path: Path):
    wrong = tmp_path / "notes.pdf"
    wrong.write_text("only called a PDF")
    empty = tmp_path / "empty.png"
    empty.touch()
    begin(page, INVOICE, wrong, empty)

    expect(page.get_by_role("heading", name="2 files not taken")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="List as CSV").click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert {row[0] for row in rows[1:]} == {"notes.pdf", "empty.png"}
    assert all(row[1] for row in rows[1:])


def test_a_session_that_ends_in_the_middle_costs_nothing_that_was_typed(system: System, page: Page):
    begin(page, INVOICE)
    to_prompts(page, "Global")
    page.get_by_label("Prompt for 1 file").fill("Read the total.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Try the prompt").click()
    ended = page.get_by_role("dialog", name="Your session has ended")
    ended.get_by_label("Token").fill(system.home.token())
    ended.get_by_role("button", name="Sign in").click()

    expect(ended).to_have_count(0)
    expect(page.get_by_label("Prompt for 1 file")).to_have_value("Read the total.")


def test_when_nothing_answers_the_page_says_so_and_goes_on_when_it_does(page: Page):
    page.route("**/api/batches?**", lambda route: route.abort())
    page.goto("/batches?q=nothing-like-this")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.unroute("**/api/batches?**")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="No batch matches")).to_be_visible()
