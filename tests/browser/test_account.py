"""Webhooks and tokens: what is deleted can be taken back for a moment, what is revoked cannot and says so."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System, wait_for


@pytest.fixture
def webhook(system: System) -> tuple[str, str]:
    """Its id and its address, which no other has."""
    url = f"http://127.0.0.1:9/{uuid4()}"
    with system.http() as http:
        made = http.post("/api/webhooks", json={"url": url, "events": ["batch.completed"]})
        return str(made.raise_for_status().json()["id"]), url


def remove(page: Page, url: str) -> None:
    page.goto("/webhooks")
    page.get_by_role("button", name=f"Actions for {url}").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Webhook deleted.")).to_be_visible()


def test_a_deleted_webhook_comes_back_by_undo(webhook: tuple[str, str], system: System, page: Page):
    id_, url = webhook
    remove(page, url)
    expect(page.get_by_role("link", name=url)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name=url)).to_be_visible()
    with system.http() as http:
        assert http.get(f"/api/webhooks/{id_}").status_code == 200


def test_a_webhook_whose_deletion_nobody_took_back_is_gone_when_the_page_is_left(
    webhook: tuple[str, str], system: System, page: Page
):
    id_, url = webhook
    remove(page, url)
    page.goto("/help")

    with system.http() as http:
        wait_for(lambda: http.get(f"/api/webhooks/{id_}").status_code == 404 or None, within=30)


def test_revoking_a_token_asks_first_and_says_that_it_is_for_good(system: System, page: Page):
    with system.http() as http:
        http.post("/api/tokens", json={"user": "old scanner", "role": "viewer"}).raise_for_status()
    page.goto("/tokens")
    page.get_by_role("button", name="Revoke the token of old scanner").click()
    question = page.get_by_role("dialog", name="Revoke the token of old scanner?")
    expect(question.get_by_text("This cannot be taken back")).to_be_visible()
    question.get_by_role("button", name="Revoke").click()

    expect(page.get_by_role("row", name=re.compile("old scanner")).get_by_text("Revoked")).to_be_visible()


def test_a_new_token_is_made_by_the_enter_key_and_shown_once(page: Page):
    page.goto("/tokens")
    page.get_by_role("button", name="New token").click()
    page.get_by_label("User").fill("night shift")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog", name="The new token").get_by_text(re.compile("^igt_"))).to_be_visible()
