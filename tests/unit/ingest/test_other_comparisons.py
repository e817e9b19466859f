"""What other services found is added to what ingest found; who does not answer is named."""

from uuid import uuid4

import httpx2

from services.ingest.other_comparisons import OtherComparisons
from services.ingest.reconciling import Reconciliation
from shared.comparison import Comparison

URLS = {name: f"http://{name}" for name in ("classifier", "extractor", "exporter", "notifier")}


async def test_counts_are_added_and_who_is_silent_is_named():
    document, asked = uuid4(), list[tuple[str, str]]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((str(request.url), request.headers["authorization"]))
        if request.url.host == "classifier":
            raise httpx2.ConnectError("away")
        if request.url.host == "exporter":
            return httpx2.Response(404)
        found = Comparison(missing_objects=2, missing_documents=[document], orphan_objects=1)
        return httpx2.Response(200, text=found.model_dump_json())

    found = Reconciliation(missing_objects=1, orphan_objects=1)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as http:
        await OtherComparisons(http, URLS).add_to(found, credential="igt_token")

    assert (found.missing_objects, found.missing_documents, found.orphan_objects) == (3, [document], 2)
    assert found.unanswered == ["classifier", "exporter"]
    assert set(asked) == {
        (f"http://{name}/internal/comparison/{name}", "Bearer igt_token")
        for name in ("classifier", "extractor", "exporter")
    }
