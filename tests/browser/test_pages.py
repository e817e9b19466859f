"""Every page: without serious findings of axe in light and dark, by keyboard alone, and on a phone."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import System

AXE = Path("services/console/web/node_modules/axe-core/axe.min.js")
PAGES = {
    "/batches": "Batches",
    "/batches/new": "New batch",
    "/documents": "Documents",
    "/documents?needs_review=true": "Review",
    "/analytics": "Analytics",
    "/exports": "Exports",
    "/notices": "Notices",
    "/notices?tab=mail": "Notices",
    "/usage": "Usage and plan",
    "/webhooks": "Webhooks",
    "/tokens": "Tokens",
    "/audit": "Audit log",
    "/tenants": "Tenants",
    "/document-types": "Document types",
    "/help": "Help",
}
Theme = Literal["light", "dark"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{runOnly: {RULES}}})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def open_page(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(filled: System, page: Page, path: str, theme: Theme):
    page.emulate_media(color_scheme=theme)
    open_page(page, path, PAGES[path])

    assert findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tab", ["Documents", "Results", "Prompts", "Exports"])
def test_axe_finds_nothing_serious_on_a_batch(filled: System, page: Page, tab: str, theme: Theme):
    page.emulate_media(color_scheme=theme)
    page.get_by_role("link", name="Mixed papers").first.click()
    page.get_by_role("tab", name=tab).click()
    expect(page.get_by_role("tabpanel").get_by_role("status")).to_have_count(0)

    assert findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_document(filled: System, page: Page, theme: Theme):
    page.emulate_media(color_scheme=theme)
    page.goto("/documents?needs_review=true")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Values")).to_be_visible()

    assert findings(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_it_without_scrolling_sideways(filled: System, page: Page, path: str):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, path, PAGES[path])

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_menu_of_a_phone_leads_everywhere(filled: System, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Open the menu").click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Usage and plan").click()

    expect(page.get_by_role("heading", name="Usage and plan")).to_be_visible()


def test_a_batch_is_opened_cancelled_and_left_by_keyboard_alone(filled: System, page: Page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Actions for Mixed papers").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Delete “Mixed papers”?")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Mixed papers")).to_be_visible()


def test_a_document_is_reviewed_by_keyboard_alone(filled: System, page: Page):
    page.goto("/documents?needs_review=true")
    page.get_by_role("table").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    values = page.get_by_role("region", name="Values")
    values.get_by_role("textbox").first.focus()
    page.keyboard.type(" and more")
    expect(page.get_by_text("edited")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("edited")).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")

    expect(page.get_by_role("button", name="Version 2")).to_be_visible()


def test_a_token_signs_in_and_signing_out_ends_it(browser: Browser, system: System):
    with browser.new_context(base_url=system.client.url) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Token").fill(system.home.token())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Batches", exact=True)).to_be_visible()
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Sign out").click()

        expect(page.get_by_role("heading", name="Sign in to IngestIO")).to_be_visible()
