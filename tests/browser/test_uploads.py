"""What can go wrong while files are handed in: each says what it is, and what goes on by itself does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ingestio.client import Client
from tests.browser.conftest import DESKTOP, PATIENCE_MS, SAMPLES
from tests.e2e.conftest import System

INVOICE = SAMPLES / "invoice-english.pdf"
LETTER = SAMPLES / "letter.pdf"


def choose(page: Page, *files: Path) -> None:
    page.goto("/batches/new")
    page.get_by_label("Files", exact=True).set_input_files(files)


def all_there(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"^(\d+) of \1 files?"))).to_be_visible()


def to_review(page: Page) -> None:
    all_there(page)
    page.get_by_role("button", name="Next: prompts").click()
    page.get_by_role("radio", name=re.compile("^Auto")).check()
    page.get_by_role("button", name="Next: review").click()


def sign_in_again(page: Page, token: str) -> None:
    ended = page.get_by_role("dialog", name="Your session has ended")
    ended.get_by_label("Token").fill(token)
    ended.get_by_role("button", name="Sign in").click()
    expect(ended).to_have_count(0)


def test_a_lost_connection_is_told_and_tried_again_by_itself(page: Page):
    page.route("**/api/uploads", lambda route: route.abort())
    choose(page, INVOICE)
    expect(page.get_by_text("The connection was lost; trying again.")).to_be_visible()
    page.unroute("**/api/uploads")

    all_there(page)
    expect(page.get_by_text("The connection was lost")).to_have_count(0)


def test_a_damaged_file_is_refused_by_name_before_anything_is_submitted(page: Page):
    choose(page, INVOICE, SAMPLES / "broken-invoice.pdf")
    to_review(page)

    expect(page.get_by_role("heading", name="1 file will fail")).to_be_visible()
    expect(page.get_by_text(re.compile("The PDF is damaged and does not open"))).to_be_visible()


@pytest.fixture
def small_plan(browser: Browser, system: System) -> Iterator[Page]:
    """Signed in to a tenant that may hand in one file a batch, and has no page left."""
    with system.http() as http:
        made = http.post("/api/admin/tenants", json={"name": "Small plan", "plan": "plus"}).json()
        limits = {"files_per_batch": 1, "pages_per_month": 0}
        http.patch(f"/api/admin/tenants/{made['tenant']['id']}", json=limits).raise_for_status()
    client = Client(system.client.url, made["token"]["secret"])
    with client, browser.new_context(viewport=DESKTOP, base_url=client.url) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(client.sign_in_link())
        page.get_by_role("heading", name="Batches", exact=True).wait_for()
        yield page


def test_what_is_over_the_plan_is_told_before_it_is_sent_and_before_it_is_submitted(small_plan: Page):
    choose(small_plan, INVOICE, LETTER)

    expect(small_plan.get_by_text("Your plan allows 1 file a batch.")).to_be_visible()
    to_review(small_plan)
    expect(small_plan.get_by_role("alert").get_by_text("quota does not bear all of it")).to_be_visible()


def test_an_upload_without_a_session_goes_on_after_signing_in(system: System, page: Page):
    def signed_out(route: Route) -> None:
        page.context.clear_cookies()
        route.continue_()

    page.route("**/api/uploads", signed_out, times=1)
    choose(page, INVOICE)
    expect(page.get_by_text("Your session has ended. It goes on when you are signed in again.")).to_be_visible()
    sign_in_again(page, system.home.token())

    all_there(page)


def test_files_chosen_without_a_session_are_taken_after_signing_in(system: System, page: Page):
    choose(page, INVOICE)
    all_there(page)
    page.context.clear_cookies()
    page.get_by_label("Files", exact=True).set_input_files([LETTER])
    sign_in_again(page, system.home.token())

    expect(page.get_by_text(re.compile("^2 of 2 files"))).to_be_visible()
