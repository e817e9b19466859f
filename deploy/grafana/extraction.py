"""The dashboard of reading: the model, what it costs, and the pages that are pictures."""

from deploy.grafana.panels import Board, Panel, Row, by, number, quantile

NOW = Row(
    "Now",
    (
        number(
            "Cost in the last day",
            "Where prices are known.",
            "currencyUSD",
            "sum(increase(ingestio_provider_cost_usd_total[1d]))",
        ),
        number("Calls", "To the model, a second.", "short", "sum(rate(ingestio_provider_requests_total[5m]))"),
        number(
            "Calls that went well",
            "Of the last five minutes.",
            "percentunit",
            'sum(rate(ingestio_provider_requests_total{outcome="ok"}[5m])) / sum(rate(ingestio_provider_requests_total[5m]))',
        ),
        number(
            "Calls at once, at most",
            "Found out by itself, over all replicas.",
            "short",
            "max(ingestio_provider_concurrency_limit)",
        ),
        number(
            "Answered from memory",
            "Documents whose result was known.",
            "percentunit",
            'sum(rate(ingestio_result_cache_total{outcome="hit"}[1h])) or vector(0)',
        ),
        number("Pages read by OCR", "A second.", "short", "sum(rate(ingestio_ocr_pages_total[5m]))"),
    ),
)

MODEL = Row(
    "Model",
    (
        Panel(
            "Calls",
            "A second, by how they ended.",
            "short",
            {"{{model}} {{outcome}}": by("model, outcome", "ingestio_provider_requests_total")},
        ),
        Panel(
            "Time of a call",
            "Until its last byte.",
            "s",
            {
                "half": quantile(0.5, "gen_ai_client_operation_duration_seconds"),
                "95 %": quantile(0.95, "gen_ai_client_operation_duration_seconds"),
            },
        ),
        Panel(
            "Tokens",
            "A second, of calls that were answered.",
            "short",
            {
                "given {{gen_ai_request_model}}": by(
                    "gen_ai_request_model", "gen_ai_client_inference_usage_input_tokens_total"
                ),
                "written {{gen_ai_request_model}}": by(
                    "gen_ai_request_model", "gen_ai_client_inference_usage_output_tokens_total"
                ),
            },
        ),
        Panel(
            "Cost an hour",
            "US dollars, by model.",
            "currencyUSD",
            {"{{model}}": "sum by (model) (increase(ingestio_provider_cost_usd_total[1h]))"},
        ),
        Panel(
            "State of the provider",
            "1 for the state it is in.",
            "short",
            {"{{state}}": "max by (state) (ingestio_provider_breaker_state)"},
        ),
        Panel(
            "Decisions",
            "About calls at once, pauses and the breaker, a second.",
            "short",
            {"{{decision}}": by("decision", "ingestio_provider_decisions_total")},
            only="in trouble",
        ),
        Panel(
            "Calls at once",
            "The limit over all replicas.",
            "short",
            {"limit": "max(ingestio_provider_concurrency_limit)"},
        ),
        Panel(
            "Results known before",
            "Looks a second.",
            "short",
            {"{{outcome}}": by("outcome", "ingestio_result_cache_total")},
        ),
    ),
)

PAGES = Row(
    "Pages and files",
    (
        Panel(
            "Pages read by OCR",
            "A second.",
            "short",
            {"pages": "sum(rate(ingestio_ocr_pages_total[$__rate_interval]))"},
        ),
        Panel(
            "Time of a page",
            "Its wait for a reader included.",
            "s",
            {"half": quantile(0.5, "ingestio_ocr_page_seconds"), "95 %": quantile(0.95, "ingestio_ocr_page_seconds")},
        ),
        Panel(
            "Work in sandboxes",
            "A second, by how it ended.",
            "short",
            {"{{target}} {{outcome}}": by("target, outcome", "ingestio_sandbox_runs_total")},
        ),
    ),
)

EXTRACTION = Board("extraction", "IngestIO: extraction and cost", (NOW, MODEL, PAGES))
