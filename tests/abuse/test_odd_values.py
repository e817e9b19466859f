"""Values that fit every schema and no database: U+0000, numbers and dates beyond what there is. Refused, and no error of ours."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.integration.chain import Chain
from tests.pdf_makers import one_page

NUL, BIG = "a\0b", 10**30
FILE = [("files", ("a.pdf", one_page()))]
READS: dict[str, tuple[str, dict[str, str | int]]] = {
    "nul in a search": ("/api/batches", {"q": NUL}),
    "nul in a custom id": ("/api/documents", {"custom_id": NUL}),
    "nul in metadata": ("/api/batches", {"metadata": '{"a": "\\u0000"}'}),
    "a date before time": ("/api/batches", {"created_from": "0001-01-01T00:00:00+14:00"}),
    "a version beyond all": (f"/api/batches/{uuid4()}", {"min_version": BIG}),
    "a large version": (f"/api/batches/{uuid4()}", {"min_version": 3_000_000_000}),
}
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "nul in a name": ("/api/batches/open", {"json": {"name": NUL}}),
    "nul in a form": ("/api/batches", {"files": FILE, "data": {"name": NUL, "strategy": "auto"}}),
    "nul in metadata of a form": ("/api/batches", {"files": FILE, "data": {"metadata": '{"a": "\\u0000"}'}}),
    "nul in a prompt": ("/api/batches", {"files": FILE, "data": {"prompt": NUL}}),
    "nul in a user": ("/api/tokens", {"json": {"user": NUL}}),
    "nul in a description": (
        "/api/webhooks",
        {"json": {"url": "https://192.0.78.9/", "events": ["export.failed"], "description": NUL}},
    ),
    "nul in a path": (
        "/api/exports",
        {"json": {"document_ids": [str(uuid4())], "format": "csv", "layout": "multi_row", "path": NUL}},
    ),
}


@pytest.fixture
def client(chain: Chain) -> httpx2.AsyncClient:
    return chain.client


@pytest.mark.parametrize("name", READS)
async def test_a_question_with_such_a_value_is_answered(client: httpx2.AsyncClient, name: str):
    path, parameters = READS[name]
    answer = await client.get(path, params=parameters)

    assert answer.status_code in {200, 404, 422}, answer.text


@pytest.mark.parametrize("name", WRITES)
async def test_such_a_value_is_refused_by_name(client: httpx2.AsyncClient, name: str):
    path, content = WRITES[name]
    answer = await client.post(path, **content)

    assert answer.status_code in {404, 422}, answer.text
    assert answer.json()["code"] in {"unstorable_value", "invalid_request", "not_found"}
