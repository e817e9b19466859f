"""A console that stays open while another release is put in place, or loses its server for a moment."""

from playwright.sync_api import Page, Route, expect

PART = "**/assets/UsagePage-*.js"


def test_parts_that_are_gone_with_their_release_lead_to_a_reload_that_says_why(page: Page):
    opened: list[str] = []

    def of_the_next_release(route: Route) -> None:
        if opened:
            route.continue_()
        elif route.request.resource_type == "document":
            opened.append(route.request.url)
            route.continue_()
        elif "/assets/" in route.request.url:
            route.fulfill(status=404, body="gone")
        else:
            route.fulfill(body='<script type="module" src="/assets/index-next.js"></script>', content_type="text/html")

    page.route(PART, of_the_next_release)
    page.route(lambda url: url.endswith(("/", "/usage")), of_the_next_release)
    page.get_by_role("link", name="Usage and plan").click()

    expect(page.get_by_text("IngestIO was updated while this page was open, so it was loaded anew.")).to_be_visible()
    expect(page.get_by_role("heading", name="Usage and plan", level=1)).to_be_visible()


def test_a_part_that_did_not_load_for_another_reason_is_tried_again_on_demand(page: Page):
    page.evaluate("window.stillHere = true")
    page.route(PART, lambda route: route.abort())
    page.get_by_role("link", name="Usage and plan").click()
    expect(page.get_by_role("heading", name="This did not work")).to_be_visible()
    page.unroute(PART)
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="Usage and plan", level=1)).to_be_visible()
    assert page.evaluate("window.stillHere") is True
