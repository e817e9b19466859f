"""The dashboard of the API: requests, uploads, and what leaves."""

from deploy.grafana.panels import Board, Panel, Row, by, number, quantile

_USERS = '{route!~"/healthz|/readyz|/metrics"}'

NOW = Row(
    "Now",
    (
        number(
            "Requests",
            "A second, without health checks.",
            "short",
            f"sum(rate(ingestio_http_requests_total{_USERS}[5m]))",
        ),
        number(
            "Answered well", "In the last hour: not by 5xx.", "percentunit", "1 - ingestio:requests:bad:ratio_rate1h"
        ),
        number(
            "Time to answer, p95",
            "Until the head of the answer.",
            "s",
            f"histogram_quantile(0.95, sum by (le) (rate(ingestio_http_request_duration_seconds_bucket{_USERS}[5m])))",
        ),
        number("Under way", "Requests that have not ended.", "short", "sum(ingestio_http_requests_under_way)"),
        number("Watching", "Event streams that are open.", "short", "sum(ingestio_sse_clients)"),
        number("Uploaded", "Bytes a second.", "Bps", "sum(rate(ingestio_upload_bytes_total[5m]))"),
    ),
)

REQUESTS = Row(
    "Requests",
    (
        Panel("By answer", "A second.", "short", {"{{code_class}}": by("code_class", "ingestio_http_requests_total")}),
        Panel(
            "Busiest routes",
            "A second.",
            "short",
            {"{{method}} {{route}}": f"topk(8, {by('route, method', 'ingestio_http_requests_total', more=_USERS)})"},
        ),
        Panel(
            "Slowest routes, p95",
            "Until the head of the answer.",
            "s",
            {
                "{{method}} {{route}}": f"topk(8, {quantile(0.95, 'ingestio_http_request_duration_seconds', labels='route, method')})"
            },
        ),
        Panel(
            "Errors of ours",
            "A second, by route.",
            "short",
            {"{{method}} {{route}}": by("route, method", "ingestio_http_requests_total", more='{code_class="5xx"}')},
            only="in trouble",
        ),
    ),
)

UPLOADS = Row(
    "Uploads and quota",
    (
        Panel(
            "Bytes received", "A second.", "Bps", {"bytes": "sum(rate(ingestio_upload_bytes_total[$__rate_interval]))"}
        ),
        Panel(
            "Documents taken in",
            "A second.",
            "short",
            {"{{source}}": by("source", "ingestio_documents_received_total")},
        ),
        Panel(
            "Files refused",
            "A second, by reason.",
            "short",
            {"{{category}}": by("category", "ingestio_documents_refused_total")},
        ),
        Panel(
            "Pages of the quota",
            "A second: reserved, charged, given back.",
            "short",
            {"{{kind}}": by("kind", "ingestio_quota_pages_total")},
        ),
        Panel(
            "Refused for the quota",
            "Submissions a second.",
            "short",
            {"refused": "sum(rate(ingestio_quota_refusals_total[$__rate_interval]))"},
        ),
    ),
)

OUT = Row(
    "What leaves",
    (
        Panel(
            "Event streams",
            "Open, and changes handed to them a second.",
            "short",
            {"open": "sum(ingestio_sse_clients)", "changes": "sum(rate(ingestio_sse_events_total[$__rate_interval]))"},
        ),
        Panel(
            "From commit to the stream",
            "The oldest change of each lot.",
            "s",
            {"half": quantile(0.5, "ingestio_sse_lag_seconds"), "95 %": quantile(0.95, "ingestio_sse_lag_seconds")},
        ),
        Panel(
            "Streams that did not keep up",
            "Ended, a second.",
            "short",
            {"ended": "sum(rate(ingestio_sse_streams_dropped_total[$__rate_interval]))"},
        ),
        Panel("Exports", "Made, a second.", "short", {"{{format}}": by("format", "ingestio_exports_total")}),
        Panel("Rows exported", "A second.", "short", {"{{format}}": by("format", "ingestio_export_rows_total")}),
        Panel(
            "Webhooks",
            "Attempts a second.",
            "short",
            {"{{outcome}}": by("outcome", "ingestio_webhook_deliveries_total")},
            only="with webhooks",
        ),
        Panel(
            "Time of a webhook",
            "Until the receiver's answer.",
            "s",
            {"95 %": quantile(0.95, "ingestio_webhook_duration_seconds")},
            only="with webhooks",
        ),
        Panel(
            "Mails",
            "Attempts a second.",
            "short",
            {"{{outcome}}": by("outcome", "ingestio_mails_total")},
            only="with mail",
        ),
    ),
)

API = Board("api", "IngestIO: API and uploads", (NOW, REQUESTS, UPLOADS, OUT))
