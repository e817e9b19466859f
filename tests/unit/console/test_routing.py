"""Who answers which path."""

import pytest

from services.console.routing import service_for


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("POST", "/api/batches", "ingest"),
        ("GET", "/api/batches", "aggregator"),
        ("GET", "/api/batches/1/events", "aggregator"),
        ("GET", "/api/batches/1/uploads", "ingest"),
        ("GET", "/api/batches/open", "ingest"),
        ("GET", "/api/batches/1/documents/uploads", "aggregator"),
        ("PATCH", "/api/batches/1", "ingest"),
        ("DELETE", "/api/documents/1", "ingest"),
        ("GET", "/api/documents", "aggregator"),
        ("GET", "/api/documents/1/pages/2/image", "classifier"),
        ("GET", "/api/documents/1/result", "extractor"),
        ("POST", "/api/documents/1/review", "extractor"),
        ("POST", "/api/documents/1/retry", "ingest"),
        ("POST", "/api/documents/bulk", "aggregator"),
        ("POST", "/api/batches/bulk", "aggregator"),
        ("POST", "/api/previews", "ingest"),
        ("POST", "/api/prompts/suggest", "classifier"),
        ("GET", "/api/files/1", "ingest"),
        ("HEAD", "/api/uploads/1", "ingest"),
        ("OPTIONS", "/api/uploads", "ingest"),
        ("GET", "/api/usage", "ingest"),
        ("DELETE", "/api/tokens/1", "ingest"),
        ("DELETE", "/api/session", "ingest"),
        ("GET", "/sign-in", "ingest"),
        ("GET", "/api/results/1", "extractor"),
        ("POST", "/api/exports", "exporter"),
        ("PUT", "/api/document-types/invoice", "classifier"),
        ("GET", "/api/notices", "notifier"),
    ],
)
def test_each_path_has_its_service(method: str, path: str, service: str):
    assert service_for(method, path) == service


@pytest.mark.parametrize("path", ["/api/batchesx", "/api", "/api/unknown", "/internal/tokens/verify", "/metrics"])
def test_what_is_not_in_the_table_is_nobodys(path: str):
    assert service_for("POST", path) is None
