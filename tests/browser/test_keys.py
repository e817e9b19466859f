"""Keys without Ctrl or Alt: they lead everywhere, and can be switched off for those who would hit them by accident."""

from playwright.sync_api import Page, expect


def test_keys_lead_to_pages_and_into_the_search(page: Page):
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("n")

    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()


def test_switched_off_they_do_nothing_and_stay_off(page: Page):
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_label("Listen to keys without Ctrl or Alt").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_role("heading", name="Batches", exact=True)).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="Batches", exact=True)).to_be_visible()
