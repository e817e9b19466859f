"""For every alert what must make it fire, and what must not: series as promtool writes them, a value a step."""

from dataclasses import dataclass, field

Series = dict[str, str]


@dataclass(frozen=True)
class Case:
    """`fires` at step `at` with these labels, `quiet` does not; a step is so many minutes."""

    fires: Series
    quiet: Series
    at: int = 60
    labels: dict[str, str] = field(default_factory=dict)
    minutes: int = 1


def _documents(*, good: str, bad: str, late: str | None = None) -> Series:
    return {
        'ingestio_documents_finished_total{outcome="completed"}': good,
        'ingestio_documents_finished_total{outcome="failed"}': bad,
        'ingestio_document_errors_total{stage="extract",category="internal"}': bad,
        "ingestio_document_end_to_end_seconds_count": good,
        'ingestio_document_end_to_end_seconds_bucket{le="600.0"}': late or good,
    }


def _requests(*, good: str, bad: str) -> Series:
    return {
        'ingestio_http_requests_total{route="/api/batches",method="GET",code_class="2xx"}': good,
        'ingestio_http_requests_total{route="/api/batches",method="GET",code_class="5xx"}': bad,
        'ingestio_http_requests_total{route="/readyz",method="GET",code_class="5xx"}': "0+50x200",
    }


def _gauge(name: str, *, fires: str, quiet: str, at: int = 60, **labels: str) -> Case:
    return Case({name: fires}, {name: quiet}, at, labels)


CASES: dict[str, Case] = {
    "DocumentsFailFast": Case(
        _documents(good="0+10x120", bad="0+3x120"), _documents(good="0+1000x120", bad="0+1x120"), at=90
    ),
    "DocumentsFailSlowly": Case(
        _documents(good="0+100x200", bad="0+0x200", late="0+97x200"),
        _documents(good="0+100x200", bad="0+0x200"),
        at=150,
        minutes=30,
    ),
    "RequestsFailFast": Case(
        _requests(good="0+100x120", bad="0+5x120"), _requests(good="0+100x120", bad="0x120"), at=90
    ),
    "RequestsFailSlowly": Case(
        _requests(good="0+1000x200", bad="0+2x200"), _requests(good="0+10000x200", bad="0+1x200"), at=150, minutes=30
    ),
    "ServiceDown": _gauge(
        'up{job="ingestio",service="extractor",instance="a"}',
        fires="0x60",
        quiet="1x60",
        job="ingestio",
        service="extractor",
        instance="a",
    ),
    "OldestJobWaits": Case(
        {'ingestio_queue_oldest_ready_age_seconds{queue="extractor",instance="a"}': "600+60x60"},
        {
            'ingestio_queue_oldest_ready_age_seconds{queue="extractor",instance="a"}': "300x60",
            'ingestio_queue_oldest_ready_age_seconds{queue="notifier",instance="b"}': "90000x60",
            'ingestio_queue_oldest_ready_age_seconds{queue="classifier",instance="c"}': "90000x60",
            'ingestio_worker_paused{queue="classifier",instance="d"}': "1x60",
        },
        labels={"queue": "extractor"},
    ),
    "QueuePaused": _gauge(
        'ingestio_worker_paused{queue="extractor"}', fires="1x90", quiet="1x30 0x60", at=80, queue="extractor"
    ),
    "StatisticsStale": _gauge(
        'ingestio_stats_last_success_timestamp_seconds{queue="ingest"}',
        fires="0+60x10 600x60",
        quiet="0+60x70",
        queue="ingest",
    ),
    "OutboxLags": _gauge(
        'ingestio_outbox_oldest_age_seconds{queue="ingest"}', fires="0+30x60", quiet="5x60", queue="ingest"
    ),
    "DeadLettersWait": _gauge(
        'ingestio_dead_letters{queue="exporter"}', fires="0 1x60", quiet="0x60", queue="exporter"
    ),
    "WorkersDie": _gauge(
        'ingestio_lease_reclaims_total{queue="classifier"}', fires="0+1x60", quiet="0x30 1x30", queue="classifier"
    ),
    "JobsRetry": Case(
        {
            'ingestio_jobs_total{queue="extractor",outcome="retry"}': "0+3x60",
            'ingestio_jobs_total{queue="extractor",outcome="ok"}': "0+1x60",
        },
        {
            'ingestio_jobs_total{queue="extractor",outcome="retry"}': "0+1x60",
            'ingestio_jobs_total{queue="extractor",outcome="ok"}': "0+9x60",
        },
        labels={"queue": "extractor"},
    ),
    "SandboxesDie": _gauge(
        'ingestio_sandbox_runs_total{target="read_page",outcome="died"}',
        fires="0+1x60",
        quiet="0x30 2x30",
        target="read_page",
    ),
    "MaintenanceFails": Case(
        {'ingestio_maintenance_runs_total{task="reconcile",outcome="failed"}': "0+1x200"},
        {
            'ingestio_maintenance_runs_total{task="reconcile",outcome="failed"}': "0+1x200",
            'ingestio_maintenance_runs_total{task="reconcile",outcome="ok"}': "0+1x200",
        },
        at=120,
        labels={"task": "reconcile"},
    ),
    "BackupIsOld": Case(
        {"ingestio_backup_last_success_timestamp_seconds": "0x120"},
        {
            "ingestio_backup_last_success_timestamp_seconds": "0x120",
            "cnpg_collector_last_available_backup_timestamp": "86400x120",
        },
        at=100,
        minutes=25,
    ),
    "LedgerDrifts": _gauge("ingestio_quota_ledger_drift_pages", fires="0x9 3x60", quiet="0x60"),
    "WebhooksFail": Case(
        {
            'ingestio_webhook_deliveries_total{outcome="unreachable"}': "0+2x200",
            'ingestio_webhook_deliveries_total{outcome="delivered"}': "0+1x200",
        },
        {
            'ingestio_webhook_deliveries_total{outcome="unreachable"}': "0+1x200",
            'ingestio_webhook_deliveries_total{outcome="delivered"}': "0+9x200",
        },
        at=150,
    ),
    "ModelAway": _gauge('ingestio_provider_breaker_state{state="waiting"}', fires="1x60", quiet="1x5 0x5 1x5 0x60"),
    "ModelCostJumps": _gauge(
        'ingestio_provider_cost_usd_total{model="m"}', fires="0+0.01x1440 15+1x90", quiet="0+0.5x1600", at=1500
    ),
    "NobodyReads": Case(
        {
            'rabbitmq_detailed_queue_messages_ready{queue="extractor",vhost="/"}': "5x60",
            'rabbitmq_detailed_queue_consumers{queue="extractor",vhost="/"}': "0x60",
        },
        {
            'rabbitmq_detailed_queue_messages_ready{queue="extractor",vhost="/"}': "5x60",
            'rabbitmq_detailed_queue_consumers{queue="extractor",vhost="/"}': "1x60",
        },
        labels={"queue": "extractor"},
    ),
    "BrokerAlarm": _gauge("rabbitmq_alarms_free_disk_space_watermark", fires="0x9 1x60", quiet="0x60"),
    "BrokerDiskFills": _gauge("rabbitmq_disk_space_available_bytes", fires="1e9-1e6x120", quiet="1e9-100x120", at=400),
    "EventsNotConfirmed": _gauge(
        'ingestio_events_published_total{type="document.uploaded",outcome="unconfirmed"}',
        fires="0+1x60",
        quiet="0x60",
        type="document.uploaded",
    ),
    "MessagesLostByTheBroker": Case(
        {
            'rabbitmq_global_messages_dead_lettered_delivery_limit_total{dead_letter_strategy="disabled"}': "0x20 1+1x60",
        },
        {
            'rabbitmq_global_messages_dead_lettered_delivery_limit_total{dead_letter_strategy="at_least_once"}': "0+1x60",
        },
    ),
    "ConsumersEnded": _gauge(
        'ingestio_consumer_cancelled_total{queue="extractor"}', fires="0+1x60", quiet="0x30 1x30", queue="extractor"
    ),
    "StorageFails": Case(
        {
            'ingestio_storage_operations_total{op="get",outcome="error"}': "0+1x60",
            'ingestio_storage_operations_total{op="get",outcome="ok"}': "0+9x60",
        },
        {
            'ingestio_storage_operations_total{op="get",outcome="error"}': "0x60",
            'ingestio_storage_operations_total{op="get",outcome="ok"}': "0+9x60",
        },
    ),
    "ConnectionsRunOut": _gauge(
        'ingestio_db_pool_timeouts_total{pool="ingest-api"}', fires="0x30 0+1x60", quiet="0x60", pool="ingest-api"
    ),
    "QueriesAreSlow": _gauge(
        'ingestio_db_slow_queries_total{pool="aggregator"}', fires="0+2x60", quiet="0x30 3x30", pool="aggregator"
    ),
    "VacuumHeldBack": _gauge(
        'ingestio_pg_oldest_xmin_age_transactions{queue="ingest"}',
        fires="6e6x90",
        quiet="1e6x90",
        at=80,
        queue="ingest",
    ),
    "EventLoopLags": Case(
        {
            'ingestio_event_loop_lag_seconds_bucket{service="aggregator",le="1.0"}': "0+1x60",
            'ingestio_event_loop_lag_seconds_bucket{service="aggregator",le="2.5"}': "0+10x60",
            'ingestio_event_loop_lag_seconds_bucket{service="aggregator",le="+Inf"}': "0+10x60",
        },
        {
            'ingestio_event_loop_lag_seconds_bucket{service="aggregator",le="1.0"}': "0+10x60",
            'ingestio_event_loop_lag_seconds_bucket{service="aggregator",le="2.5"}': "0+10x60",
            'ingestio_event_loop_lag_seconds_bucket{service="aggregator",le="+Inf"}': "0+10x60",
        },
        labels={"service": "aggregator"},
    ),
}
