"""The dashboard of the pipeline: what comes in, what goes out, and where it waits."""

from deploy.grafana.panels import Board, Panel, Row, by, number, quantile

NOW = Row(
    "Now",
    (
        number(
            "Finished", "Documents that ended, a second.", "short", "sum(rate(ingestio_documents_finished_total[5m]))"
        ),
        number(
            "Completed in time",
            "Documents of the last hour that were good: see the objectives.",
            "percentunit",
            "1 - ingestio:documents:bad:ratio_rate1h",
        ),
        number(
            "From upload to result, p95",
            "Of the last five minutes.",
            "s",
            "histogram_quantile(0.95, sum by (le) (rate(ingestio_document_end_to_end_seconds_bucket[5m])))",
        ),
        number(
            "Ready", "Jobs that wait for a worker.", "short", 'sum(max by (queue) (ingestio_queue_jobs{state="ready"}))'
        ),
        number("Oldest ready job", "Of all queues.", "s", "max(ingestio_queue_oldest_ready_age_seconds)"),
        number(
            "Dead letters", "Messages that wait for a person.", "short", "sum(max by (queue) (ingestio_dead_letters))"
        ),
    ),
)

FLOW = Row(
    "Documents",
    (
        Panel(
            "Received and finished",
            "A second; what is received and not finished waits below.",
            "short",
            {
                "received": "sum(rate(ingestio_documents_received_total[$__rate_interval]))",
                "{{outcome}}": by("outcome", "ingestio_documents_finished_total"),
            },
        ),
        Panel(
            "From upload to result",
            "Of completed documents, waiting included.",
            "s",
            {
                "half": quantile(0.5, "ingestio_document_end_to_end_seconds"),
                "95 %": quantile(0.95, "ingestio_document_end_to_end_seconds"),
            },
        ),
        Panel(
            "Why documents fail",
            "A second, by stage and error.",
            "short",
            {"{{stage}} {{category}}": by("stage, category", "ingestio_document_errors_total")},
            only="in trouble",
        ),
    ),
)

QUEUES = Row(
    "Queues",
    (
        Panel(
            "Waiting and running",
            "Jobs by state.",
            "short",
            {"{{queue}} {{state}}": "max by (queue, state) (ingestio_queue_jobs)"},
        ),
        Panel(
            "Oldest ready job",
            "Since it arrived.",
            "s",
            {"{{queue}}": "max by (queue) (ingestio_queue_oldest_ready_age_seconds)"},
        ),
        Panel(
            "Wait for the first attempt, p95",
            "By queue.",
            "s",
            {"{{queue}}": quantile(0.95, "ingestio_job_wait_seconds", labels="queue")},
        ),
        Panel(
            "Attempts",
            "A second, by how they ended.",
            "short",
            {"{{queue}} {{outcome}}": by("queue, outcome", "ingestio_jobs_total")},
        ),
        Panel(
            "Time of an attempt, p95",
            "By queue.",
            "s",
            {"{{queue}}": quantile(0.95, "ingestio_job_run_seconds", labels="queue")},
        ),
        Panel(
            "Places for jobs",
            "Over all replicas.",
            "short",
            {"{{queue}} {{state}}": "sum by (queue, state) (ingestio_worker_slots)"},
        ),
        Panel(
            "Paused",
            "1 while operators hold a queue.",
            "short",
            {"{{queue}}": "max by (queue) (ingestio_worker_paused)"},
        ),
        Panel(
            "Attempts that failed",
            "A second, by error.",
            "short",
            {"{{queue}} {{category}}": by("queue, category", "ingestio_job_errors_total")},
            only="in trouble",
        ),
        Panel(
            "Jobs taken from silent workers",
            "A second.",
            "short",
            {"{{queue}}": by("queue", "ingestio_lease_reclaims_total")},
            only="in trouble",
        ),
        Panel(
            "Dead letters", "That wait for a person.", "short", {"{{queue}}": "max by (queue) (ingestio_dead_letters)"}
        ),
    ),
)

EVENTS = Row(
    "Events",
    (
        Panel("Published", "A second, by type.", "short", {"{{type}}": by("type", "ingestio_events_published_total")}),
        Panel(
            "From commit to confirm",
            "The oldest of each lot.",
            "s",
            {
                "half": quantile(0.5, "ingestio_outbox_publish_delay_seconds"),
                "95 %": quantile(0.95, "ingestio_outbox_publish_delay_seconds"),
            },
        ),
        Panel(
            "Not confirmed yet",
            "Events in the outboxes.",
            "short",
            {"{{queue}}": "max by (queue) (ingestio_outbox_rows)"},
        ),
        Panel(
            "Taken",
            "A second, by reader.",
            "short",
            {"{{queue}} {{outcome}}": by("queue, outcome", "ingestio_events_consumed_total")},
        ),
        Panel(
            "Time of a micro-batch, p95",
            "Decoding, handling, commit.",
            "s",
            {"{{queue}}": quantile(0.95, "ingestio_events_handling_seconds", labels="queue")},
        ),
        Panel(
            "Waiting at the broker",
            "Messages ready, by queue.",
            "short",
            {"{{queue}}": "sum by (queue) (rabbitmq_detailed_queue_messages_ready)"},
        ),
    ),
)

PIPELINE = Board("pipeline", "IngestIO: pipeline", (NOW, FLOW, QUEUES, EVENTS))
