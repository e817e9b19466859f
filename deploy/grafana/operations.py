"""The dashboard of operations: objectives, processes, and the parts they stand on."""

from deploy.grafana.panels import Board, Panel, Row, by, number, quantile

OBJECTIVES = Row(
    "Objectives",
    (
        number("Processes up", "Of those Prometheus knows.", "short", 'sum(up{job="ingestio"})'),
        number("Alerts firing", "Now.", "short", 'sum(ALERTS{alertstate="firing"}) or vector(0)'),
        number(
            "Documents' budget burns",
            "Times as fast as it may, over the last hour.",
            "short",
            "ingestio:documents:bad:ratio_rate1h / 0.01",
        ),
        number(
            "Requests' budget burns",
            "Times as fast as it may, over the last hour.",
            "short",
            "ingestio:requests:bad:ratio_rate1h / 0.001",
        ),
        Panel(
            "Documents that were bad",
            "Failed for reasons of ours, or late; 1 % may.",
            "percentunit",
            {
                "1 h": "ingestio:documents:bad:ratio_rate1h",
                "6 h": "ingestio:documents:bad:ratio_rate6h",
                "3 d": "ingestio:documents:bad:ratio_rate3d",
            },
        ),
        Panel(
            "Requests that were bad",
            "Answered by 5xx; 0.1 % may.",
            "percentunit",
            {
                "1 h": "ingestio:requests:bad:ratio_rate1h",
                "6 h": "ingestio:requests:bad:ratio_rate6h",
                "3 d": "ingestio:requests:bad:ratio_rate3d",
            },
        ),
    ),
)

PROCESSES = Row(
    "Processes",
    (
        Panel(
            "CPU",
            "Cores used.",
            "short",
            {"{{service}} {{instance}}": 'rate(process_cpu_seconds_total{job="ingestio"}[$__rate_interval])'},
        ),
        Panel(
            "Memory",
            "Resident.",
            "bytes",
            {"{{service}} {{instance}}": 'process_resident_memory_bytes{job="ingestio"}'},
        ),
        Panel(
            "Event loop, p99",
            "How late a task is woken.",
            "s",
            {"{{service}}": quantile(0.99, "ingestio_event_loop_lag_seconds", labels="service")},
        ),
        Panel(
            "Open files",
            "Of those a process may have.",
            "percentunit",
            {"{{service}} {{instance}}": 'process_open_fds{job="ingestio"} / process_max_fds'},
        ),
    ),
)

DATABASE = Row(
    "Database and storage",
    (
        Panel(
            "Connections", "By pool.", "short", {"{{pool}} {{state}}": "sum by (pool, state) (ingestio_db_connections)"}
        ),
        Panel(
            "Slow statements",
            "A second; the log names them.",
            "short",
            {"{{pool}}": by("pool", "ingestio_db_slow_queries_total")},
            only="in trouble",
        ),
        Panel(
            "No connection in time",
            "A second.",
            "short",
            {"{{pool}}": by("pool", "ingestio_db_pool_timeouts_total")},
            only="in trouble",
        ),
        Panel(
            "Oldest snapshot",
            "Transactions since, by database: it keeps vacuum from cleaning.",
            "short",
            {"{{queue}}": "max by (queue) (ingestio_pg_oldest_xmin_age_transactions)"},
        ),
        Panel(
            "Storage requests",
            "A second.",
            "short",
            {"{{op}} {{outcome}}": by("op, outcome", "ingestio_storage_operations_total")},
        ),
        Panel(
            "Time of a storage request, p95",
            "By kind.",
            "s",
            {"{{op}}": quantile(0.95, "ingestio_storage_operation_seconds", labels="op")},
        ),
    ),
)

BROKER = Row(
    "Broker",
    (
        Panel("Free disk", "At the broker.", "bytes", {"{{instance}}": "rabbitmq_disk_space_available_bytes"}),
        Panel("Memory", "Of the broker.", "bytes", {"{{instance}}": "rabbitmq_process_resident_memory_bytes"}),
        Panel(
            "Readers",
            "Consumers by queue.",
            "short",
            {"{{queue}}": "sum by (queue) (rabbitmq_detailed_queue_consumers)"},
        ),
    ),
)

MAINTENANCE = Row(
    "Maintenance",
    (
        Panel(
            "Since it went well",
            "By recurring task.",
            "s",
            {"{{task}}": "time() - max by (task) (ingestio_maintenance_last_success_timestamp_seconds)"},
        ),
        Panel(
            "Runs",
            "A second.",
            "short",
            {"{{task}} {{outcome}}": by("task, outcome", "ingestio_maintenance_runs_total")},
        ),
        Panel(
            "Time of a run, p95",
            "By task.",
            "s",
            {"{{task}}": quantile(0.95, "ingestio_maintenance_duration_seconds", labels="task")},
        ),
        Panel(
            "Since tables were measured",
            "Gauges are blind while this grows.",
            "s",
            {"{{queue}}": "time() - max by (queue) (ingestio_stats_last_success_timestamp_seconds)"},
        ),
        Panel(
            "Ledger and sums differ by",
            "Pages; 0 unless something is broken.",
            "short",
            {"pages": "max(ingestio_quota_ledger_drift_pages)"},
        ),
    ),
)

OPERATIONS = Board("operations", "IngestIO: operations", (OBJECTIVES, PROCESSES, DATABASE, BROKER, MAINTENANCE))
