"""How much the first page loads, and how soon it is seen: sizes are held to, times are only told."""

from collections.abc import Callable

from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import System

MOST_KILOBYTES = 220
_PAINTED = """new Promise((resolve) => new PerformanceObserver((seen) => seen.getEntriesByName('first-contentful-paint')
  .forEach((paint) => resolve(paint.startTime))).observe({ type: 'paint', buffered: true }))"""
_SIZES = """performance.getEntriesByType('resource')
  .filter((one) => one.name.endsWith('.js')).map((one) => [new URL(one.name).pathname, one.encodedBodySize])"""

_FETCHED = """performance.getEntriesByType('resource')
  .filter((one) => one.name.endsWith('.js') && one.transferSize > 0).length"""


def test_the_first_page_needs_little_and_is_soon_seen(filled: System, page: Page, tell: Callable[[str], None]):
    foreign: list[str] = []

    def heard(answer: Response) -> None:
        if not answer.url.startswith(filled.client.url):
            foreign.append(answer.url)

    page.on("response", heard)
    page.goto("/batches")
    expect(page.get_by_role("link", name="Mixed papers").first).to_be_visible()
    kilobytes = sum(size for _, size in page.evaluate(_SIZES)) / 1000
    rows = page.evaluate("performance.now()")
    painted = page.evaluate(_PAINTED)
    tell(f"first page: painted after {painted:.0f} ms, rows within {rows:.0f} ms, {kilobytes:.0f} kB of JavaScript")

    assert foreign == []
    assert 0 < kilobytes <= MOST_KILOBYTES


def test_a_page_that_is_opened_again_loads_no_script_again(filled: System, page: Page):
    page.goto("/batches")
    expect(page.get_by_role("link", name="Mixed papers").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Mixed papers").first).to_be_visible()

    assert page.evaluate(_FETCHED) == 0
