"""Who answers which path: the one table of the door."""

_ANY = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_READ = frozenset({"GET", "HEAD"})
_WRITE = _ANY - _READ

# The first row that fits decides. A path stands for itself and for everything below it, `*` for any one segment.
ROUTES: tuple[tuple[frozenset[str], str, str], ...] = (
    (_READ, "/api/batches/open", "ingest"),
    (_READ, "/api/batches/*/uploads", "ingest"),
    (_READ, "/api/batches/*/prompts", "ingest"),
    (_READ, "/api/documents/*/pages", "classifier"),
    (_READ, "/api/documents/*/result", "extractor"),
    (_READ, "/api/documents/*/versions", "extractor"),
    (frozenset({"POST"}), "/api/documents/*/review", "extractor"),
    (frozenset({"POST"}), "/api/batches/bulk", "aggregator"),
    (frozenset({"POST"}), "/api/documents/bulk", "aggregator"),
    (_READ, "/api/batches", "aggregator"),
    (_WRITE, "/api/batches", "ingest"),
    (_READ, "/api/documents", "aggregator"),
    (_WRITE, "/api/documents", "ingest"),
    (_READ, "/api/events", "aggregator"),
    (_READ, "/api/analytics", "aggregator"),
    (_ANY, "/api/files", "ingest"),
    (_ANY, "/api/session", "ingest"),
    (_READ, "/sign-in", "ingest"),
    (_ANY, "/api/tokens", "ingest"),
    (_ANY, "/api/usage", "ingest"),
    (_ANY, "/api/admin", "ingest"),
    (_ANY, "/api/subscriptions", "ingest"),
    (_ANY, "/api/uploads", "ingest"),
    (_READ, "/api/audit", "ingest"),
    (_ANY, "/api/results", "extractor"),
    (_READ, "/api/model", "extractor"),
    (_ANY, "/api/exports", "exporter"),
    (_ANY, "/api/document-types", "classifier"),
    (_ANY, "/api/prompts", "classifier"),
    (_ANY, "/api/previews", "ingest"),
    (_ANY, "/api/notices", "notifier"),
    (_ANY, "/api/webhooks", "notifier"),
    (_ANY, "/api/mail", "notifier"),
    (_ANY, "/api/dead-letters/ingest", "ingest"),
    (_ANY, "/api/dead-letters/classifier", "classifier"),
    (_ANY, "/api/dead-letters/extractor", "extractor"),
    (_ANY, "/api/dead-letters/aggregator", "aggregator"),
    (_ANY, "/api/dead-letters/exporter", "exporter"),
    (_ANY, "/api/dead-letters/notifier", "notifier"),
    (_ANY, "/api/queues/classifier", "classifier"),
    (_ANY, "/api/queues/extractor", "extractor"),
    (_ANY, "/api/queues/exporter", "exporter"),
    (_ANY, "/api/queues/notifier", "notifier"),
)


def service_for(method: str, path: str) -> str | None:
    """The service that owns this path under this method; None for a path that nobody owns."""
    for methods, pattern, service in ROUTES:
        if method in methods and _fits(pattern.split("/"), path.split("/")):
            return service
    return None


def _fits(pattern: list[str], path: list[str]) -> bool:
    return len(path) >= len(pattern) and all(
        want in ("*", segment) for want, segment in zip(pattern, path, strict=False)
    )
