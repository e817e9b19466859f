"""Every alert: what is asked, how long it must be so, whom it wakes, and what it says. Each has a page in docs/runbooks."""

from dataclasses import dataclass
from typing import Literal

from deploy.prometheus.objectives import DOCUMENTS, REQUESTS

_FAST = ((14.4, "1h", "5m"), (6, "6h", "30m"))
_SLOW = (1, "3d", "6h")


@dataclass(frozen=True)
class Alert:
    """`page` wakes somebody, `ticket` waits for the morning. The summary may name labels as `{{ $labels.queue }}`."""

    name: str
    severity: Literal["page", "ticket"]
    summary: str
    expr: str
    wait: str = "0m"

    @property
    def runbook(self) -> str:
        return f"docs/runbooks/{self.name}.md"

    @property
    def annotations(self) -> dict[str, str]:
        return {"summary": self.summary, "runbook": self.runbook}


OBJECTIVES = (
    Alert(
        "DocumentsFailFast",
        "page",
        "Documents fail or are late: the month's budget would be gone within days.",
        f"({DOCUMENTS.burns(*_FAST)})\nand {DOCUMENTS.enough('1h', 20)}",
        "2m",
    ),
    Alert(
        "DocumentsFailSlowly",
        "ticket",
        "More documents fail or are late than the objective allows.",
        f"{DOCUMENTS.burns(_SLOW)}\nand {DOCUMENTS.enough('3d', 100)}",
        "1h",
    ),
    Alert(
        "RequestsFailFast",
        "page",
        "Requests are answered by errors of ours: the month's budget would be gone within days.",
        f"({REQUESTS.burns(*_FAST)})\nand {REQUESTS.enough('1h', 100)}",
        "2m",
    ),
    Alert(
        "RequestsFailSlowly",
        "ticket",
        "More requests fail than the objective allows.",
        f"{REQUESTS.burns(_SLOW)}\nand {REQUESTS.enough('3d', 1000)}",
        "1h",
    ),
)

PIPELINE = (
    Alert(
        "ServiceDown",
        "page",
        "A process of {{ $labels.service }} does not answer.",
        'up{job="ingestio"} == 0',
        "2m",
    ),
    Alert(
        "OldestJobWaits",
        "page",
        "The oldest job of {{ $labels.queue }} has waited for more than fifteen minutes.",
        'max by (queue) (ingestio_queue_oldest_ready_age_seconds{queue!="notifier"}) > 900\n'
        "unless max by (queue) (ingestio_worker_paused) == 1",
        "5m",
    ),
    Alert(
        "QueuePaused",
        "ticket",
        "{{ $labels.queue }} has been paused for an hour: none of its jobs begins until somebody resumes it.",
        "max by (queue) (ingestio_worker_paused) == 1",
        "1h",
    ),
    Alert(
        "StatisticsStale",
        "ticket",
        "The tables of {{ $labels.queue }} were not measured for five minutes: gauges and alerts on them are blind.",
        "time() - max by (queue) (max_over_time(ingestio_stats_last_success_timestamp_seconds[1d])) > 300",
        "2m",
    ),
    Alert(
        "OutboxLags",
        "page",
        "Events of {{ $labels.queue }} wait for the broker for more than a minute.",
        "max by (queue) (ingestio_outbox_oldest_age_seconds) > 60",
        "2m",
    ),
    Alert(
        "DeadLettersWait",
        "ticket",
        "{{ $labels.queue }} has messages that no handler could take.",
        "max by (queue) (ingestio_dead_letters) > 0",
        "5m",
    ),
    Alert(
        "WorkersDie",
        "ticket",
        "Jobs of {{ $labels.queue }} are taken from workers that fell silent or ran too long.",
        "sum by (queue) (increase(ingestio_lease_reclaims_total[15m])) > 5",
    ),
    Alert(
        "JobsRetry",
        "ticket",
        "Most attempts of {{ $labels.queue }} have to be made again.",
        'sum by (queue) (rate(ingestio_jobs_total{outcome="retry",queue!="notifier"}[15m]))\n'
        '/ sum by (queue) (rate(ingestio_jobs_total{queue!="notifier"}[15m])) > 0.5',
        "15m",
    ),
    Alert(
        "SandboxesDie",
        "ticket",
        "Files make their reader {{ $labels.target }} crash again and again.",
        'sum by (target) (increase(ingestio_sandbox_runs_total{outcome=~"died|out_of_memory"}[30m])) > 10',
    ),
    Alert(
        "MaintenanceFails",
        "ticket",
        "The recurring task {{ $labels.task }} has failed for an hour without going well once.",
        'sum by (task) (increase(ingestio_maintenance_runs_total{outcome="failed"}[1h])) > 0\n'
        'unless sum by (task) (increase(ingestio_maintenance_runs_total{outcome="ok"}[1h])) > 0',
        "30m",
    ),
    Alert(
        "LedgerDrifts",
        "ticket",
        "The sums of the page quota differ from their ledger.",
        "max(ingestio_quota_ledger_drift_pages) > 0",
        "15m",
    ),
    Alert(
        "WebhooksFail",
        "ticket",
        "Most webhooks do not arrive.",
        'sum(rate(ingestio_webhook_deliveries_total{outcome!="delivered"}[1h]))\n'
        "/ sum(rate(ingestio_webhook_deliveries_total[1h])) > 0.5\n"
        "and sum(increase(ingestio_webhook_deliveries_total[1h])) > 20",
        "30m",
    ),
)

MODEL = (
    Alert(
        "ModelAway",
        "page",
        "The model's provider has been out of reach for ten minutes.",
        'max(ingestio_provider_breaker_state{state="waiting"}) == 1',
        "10m",
    ),
    Alert(
        "ModelCostJumps",
        "ticket",
        "The model costs three times as much in this hour as in an hour of the last day.",
        "sum(increase(ingestio_provider_cost_usd_total[1h])) > 3 * sum(increase(ingestio_provider_cost_usd_total[1d])) / 24\n"
        "and sum(increase(ingestio_provider_cost_usd_total[1h])) > 5",
        "15m",
    ),
)

PARTS = (
    Alert(
        "NobodyReads",
        "page",
        "Messages wait in {{ $labels.queue }}, and nobody reads it.",
        "sum by (queue) (rabbitmq_detailed_queue_messages_ready) > 0\n"
        "and sum by (queue) (rabbitmq_detailed_queue_consumers) == 0",
        "2m",
    ),
    Alert(
        "BrokerAlarm",
        "page",
        "The broker takes no more messages: its memory or its disk is full.",
        "max(rabbitmq_alarms_memory_used_watermark) == 1 or max(rabbitmq_alarms_free_disk_space_watermark) == 1",
        "1m",
    ),
    Alert(
        "BrokerDiskFills",
        "ticket",
        "At this pace the broker's disk is full within a day.",
        "min(predict_linear(rabbitmq_disk_space_available_bytes[6h], 86400)) < 0",
        "30m",
    ),
    Alert(
        "EventsNotConfirmed",
        "ticket",
        "The broker does not confirm events of the type {{ $labels.type }}.",
        'sum by (type) (increase(ingestio_events_published_total{outcome="unconfirmed"}[10m])) > 0',
        "10m",
    ),
    Alert(
        "MessagesLostByTheBroker",
        "ticket",
        "The broker gave up messages without the promise to keep them.",
        'sum(increase({__name__=~"rabbitmq_global_messages_dead_lettered_.+_total",'
        'dead_letter_strategy!="at_least_once"}[15m])) > 0',
    ),
    Alert(
        "ConsumersEnded",
        "ticket",
        "The broker keeps ending the readers of {{ $labels.queue }}.",
        "sum by (queue) (increase(ingestio_consumer_cancelled_total[15m])) > 3",
    ),
    Alert(
        "StorageFails",
        "page",
        "More than a twentieth of the requests to the object storage fail.",
        'sum(rate(ingestio_storage_operations_total{outcome="error"}[5m]))\n'
        "/ sum(rate(ingestio_storage_operations_total[5m])) > 0.05",
        "5m",
    ),
    Alert(
        "ConnectionsRunOut",
        "ticket",
        "All connections of the pool {{ $labels.pool }} were busy for ten seconds.",
        "sum by (pool) (increase(ingestio_db_pool_timeouts_total[10m])) > 0",
    ),
    Alert(
        "QueriesAreSlow",
        "ticket",
        "{{ $labels.pool }} has many slow statements; its log names them.",
        "sum by (pool) (increase(ingestio_db_slow_queries_total[15m])) > 20",
    ),
    Alert(
        "BackupIsOld",
        "ticket",
        "The last backup was made more than 36 hours ago, or none ever.",
        'time() - max({__name__=~"ingestio_backup_last_success_timestamp_seconds'
        '|cnpg_collector_last_available_backup_timestamp"}) > 129600',
        "1h",
    ),
    Alert(
        "VacuumHeldBack",
        "ticket",
        "An old transaction in the database of {{ $labels.queue }} keeps vacuum from cleaning.",
        "max by (queue) (ingestio_pg_oldest_xmin_age_transactions) > 5e6",
        "30m",
    ),
    Alert(
        "EventLoopLags",
        "ticket",
        "A process of {{ $labels.service }} is too busy to answer in time.",
        "histogram_quantile(0.9, sum by (service, le) (rate(ingestio_event_loop_lag_seconds_bucket[10m]))) > 1",
        "10m",
    ),
)

ALERTS = (*OBJECTIVES, *PIPELINE, *MODEL, *PARTS)
