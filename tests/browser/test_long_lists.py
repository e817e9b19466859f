"""Ten thousand rows: only those in sight exist, however far one scrolls."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

DOCUMENTS = 10_000
ROWS_AT_MOST = 80
# Scrolls on with every frame by less than what is drawn ahead, and looks each time whether a row is where one should be.
_SCROLL = """async () => {
  const frames = [];
  let gaps = 0;
  let last = await new Promise(requestAnimationFrame);
  for (let step = 0; step < 300; step += 1) {
    window.scrollBy(0, 400);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
    if (!document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('[role=row]')) gaps += 1;
  }
  frames.sort((a, b) => a - b);
  return { gaps, median: frames[150], p95: frames[285], rows: Math.round(scrollY / 53) };
}"""


def answer(route: Route) -> None:
    """Pages of a list that the system itself would take minutes to fill."""
    query = parse_qs(urlsplit(route.request.url).query)
    start, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
    end = min(start + limit, DOCUMENTS)
    body = {
        "items": [document(number) for number in range(start, end)],
        "next_cursor": str(end) if end < DOCUMENTS else None,
        "total": DOCUMENTS,
        "search_cut": False,
    }
    route.fulfill(body=json.dumps(body), content_type="application/json")


def cut(route: Route) -> None:
    """A search that more than a thousand documents match."""
    body = {"items": [document(number) for number in range(50)], "next_cursor": None, "total": 1000, "search_cut": True}
    route.fulfill(body=json.dumps(body), content_type="application/json")


def document(number: int) -> dict[str, object]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "batch_id": "00000000-0000-4000-8000-000000000000",
        "generation": 1,
        "file_name": f"paper-{number:05}.pdf",
        "custom_id": None,
        "status": "completed",
        "stage": "extract",
        "document_type": "invoice",
        "needs_review": False,
        "warnings_count": 0,
        "pages": 1,
        "size": 1000,
        "media_type": "application/pdf",
        "error": None,
        "updated_at": "2026-11-22T06:00:00Z",
        "finished_at": "2026-11-22T06:00:00Z",
    }


def test_ten_thousand_rows_are_scrolled_with_a_screenful_of_elements(page: Page):
    page.route("**/api/documents?**", answer)
    page.goto("/documents")
    rows = page.get_by_role("table", name="Documents").get_by_role("row")
    expect(page.get_by_role("link", name="paper-00000.pdf")).to_be_visible()

    most = 0
    while not page.get_by_role("link", name=f"paper-{DOCUMENTS - 1:05}.pdf").is_visible():
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        page.evaluate("new Promise(requestAnimationFrame)")
        most = max(most, rows.count())

    assert 0 < most <= ROWS_AT_MOST


def test_scrolling_shows_rows_in_every_frame(page: Page, tell: Callable[[str], None]):
    page.route("**/api/documents?**", answer)
    page.goto("/documents")
    expect(page.get_by_role("link", name="paper-00000.pdf")).to_be_visible()
    seen = page.evaluate(_SCROLL)
    tell(f"scrolled past {seen['rows']} rows: a frame took {seen['median']:.0f} ms, 95 % within {seen['p95']:.0f} ms")

    assert seen["gaps"] == 0
    assert seen["rows"] > ROWS_AT_MOST


def test_a_search_that_more_match_than_it_gives_says_so(page: Page):
    page.route("**/api/documents?**", cut)
    page.goto("/documents?q=paper")

    expect(page.get_by_text("The newest 1,000 documents of more that match")).to_be_visible()
