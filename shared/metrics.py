"""Every metric, declared and explained.

Times are in seconds, sizes in bytes. No label names a tenant, a document, an address or the text of an error. Labels that come
again: `queue` is the service whose queue table or the broker queue that is meant, `outcome` a word from the comment beside it.
"""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # as it is; a series more for each, of which nobody asks anything

_REQUEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WAIT = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_RUN = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
_END_TO_END = (5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_DELAY = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CALL = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)

# HTTP. A route is the template (`/api/batches/{batch_id}`), or `none` for a path that nobody serves.
HTTP_REQUESTS = Counter(
    "ingestio_http_requests", "Requests answered; code_class is 2xx to 5xx.", ["route", "method", "code_class"]
)
HTTP_SECONDS = Histogram(
    "ingestio_http_request_duration_seconds",
    "From a request to the head of its answer, so that event streams count as short.",
    ["route", "method"],
    buckets=_REQUEST,
)
HTTP_UNDER_WAY = Gauge(
    "ingestio_http_requests_under_way", "Requests whose answer has not ended, event streams included."
)

# Documents, counted by ingest, which holds them: once each and generation, whatever is told twice.
DOCUMENTS_RECEIVED = Counter(
    "ingestio_documents_received", "Documents taken in by a form or by resumable uploads.", ["source"]
)
DOCUMENTS_REFUSED = Counter("ingestio_documents_refused", "Files refused at intake, by their error.", ["category"])
DOCUMENTS_FINISHED = Counter(
    "ingestio_documents_finished", "Documents that ended: completed, failed or cancelled.", ["outcome"]
)
DOCUMENT_ERRORS = Counter("ingestio_document_errors", "Documents that failed, by error.", ["stage", "category"])
DOCUMENT_SECONDS = Histogram(
    "ingestio_document_end_to_end_seconds", "From uploaded to extracted, of completed documents.", buckets=_END_TO_END
)
PAGES_CHARGED = Counter("ingestio_quota_pages", "Pages by what the ledger did: reserve, commit or release.", ["kind"])
QUOTA_REFUSALS = Counter("ingestio_quota_refusals", "Submissions of which some or all files did not fit the quota.")
LEDGER_DRIFT = Gauge(
    "ingestio_quota_ledger_drift_pages", "Pages by which sums and ledger differ; 0 unless something is broken."
)
UPLOAD_BYTES = Counter("ingestio_upload_bytes", "Bytes of files received.")

# The queue table of a service, from the worker.
JOBS_CLAIMED = Counter("ingestio_jobs_claimed", "Attempts begun.", ["queue"])
JOBS = Counter(
    "ingestio_jobs", "Attempts ended: ok, retry, throttled, released, dead or lease_lost.", ["queue", "outcome"]
)
JOB_ERRORS = Counter(
    "ingestio_job_errors",
    "Attempts that failed, by error; kind is permanent, transient, throttled or refused.",
    ["queue", "category", "kind"],
)
JOB_WAIT = Histogram("ingestio_job_wait_seconds", "From arrival to a job's first attempt.", ["queue"], buckets=_WAIT)
JOB_RUN = Histogram("ingestio_job_run_seconds", "One attempt.", ["queue", "outcome"], buckets=_RUN)
LEASE_RECLAIMS = Counter(
    "ingestio_lease_reclaims", "Jobs taken from a worker that fell silent or ran too long.", ["queue"]
)
WORKER_SLOTS = Gauge("ingestio_worker_slots", "Places for jobs of this process: busy or free.", ["queue", "state"])
WORKER_PAUSED = Gauge(
    "ingestio_worker_paused", "1 while this process begins no job, because operators have paused its queue.", ["queue"]
)

# The tables of a service, measured by one of its replicas: the others have no such series. Read them by `max by`.
QUEUE_JOBS = Gauge(
    "ingestio_queue_jobs", "Jobs that have not ended: ready, delayed, suspect or running.", ["queue", "state"]
)
QUEUE_OLDEST = Gauge(
    "ingestio_queue_oldest_ready_age_seconds", "Since the oldest ready job arrived; 0 without one.", ["queue"]
)
OUTBOX_ROWS = Gauge("ingestio_outbox_rows", "Events that the broker has not confirmed yet.", ["queue"])
OUTBOX_OLDEST = Gauge("ingestio_outbox_oldest_age_seconds", "Age of the oldest of them; 0 without one.", ["queue"])
DEAD_LETTERS = Gauge("ingestio_dead_letters", "Dead letters that nobody has decided on.", ["queue"])
XMIN_AGE = Gauge(
    "ingestio_pg_oldest_xmin_age_transactions", "Age of the oldest snapshot that keeps vacuum from cleaning.", ["queue"]
)
MEASURED_AT = Gauge(
    "ingestio_stats_last_success_timestamp_seconds", "When these gauges were measured last, as Unix time.", ["queue"]
)

# Events.
EVENTS_PUBLISHED = Counter(
    "ingestio_events_published", "Events given to the broker: confirmed or unconfirmed.", ["type", "outcome"]
)
PUBLISH_DELAY = Histogram(
    "ingestio_outbox_publish_delay_seconds",
    "From an event's commit to its confirm, the oldest of each lot.",
    buckets=_DELAY,
)
EVENTS_CONSUMED = Counter(
    "ingestio_events_consumed", "Events read: handled, ignored or buried.", ["queue", "type", "outcome"]
)
EVENTS_SECONDS = Histogram(
    "ingestio_events_handling_seconds", "One micro-batch of events, its commit included.", ["queue"], buckets=_REQUEST
)
CONSUMER_ACTIVE = Gauge("ingestio_consumer_active", "1 while this process reads the queue.", ["queue"])
CONSUMER_CANCELLED = Counter("ingestio_consumer_cancelled", "Times the broker ended our reading of a queue.", ["queue"])

# The model. gen_ai_* follow OpenTelemetry's conventions.
PROVIDER_CALLS = Counter(
    "ingestio_provider_requests",
    "Calls to the model: ok, truncated, throttled, failed, rejected or dropped.",
    ["model", "outcome"],
)
PROVIDER_SECONDS = Histogram(
    "gen_ai_client_operation_duration_seconds", "One call to the model.", ["gen_ai_request_model"], buckets=_CALL
)
INPUT_TOKENS = Counter(
    "gen_ai_client_inference_usage_input_tokens", "Tokens that answered calls were given.", ["gen_ai_request_model"]
)
OUTPUT_TOKENS = Counter(
    "gen_ai_client_inference_usage_output_tokens", "Tokens that answered calls wrote.", ["gen_ai_request_model"]
)
MODEL_COST = Counter(
    "ingestio_provider_cost_usd", "US dollars that answered calls cost, where the price is known.", ["model"]
)
PROVIDER_DECISIONS = Counter(
    "ingestio_provider_decisions", "Decisions about calls at once, pauses and the breaker.", ["decision"]
)
PROVIDER_LIMIT = Gauge("ingestio_provider_concurrency_limit", "Calls that may be under way at once, over all replicas.")
PROVIDER_STATE = Gauge(
    "ingestio_provider_breaker_state", "1 for the provider's state: ready, throttled, waiting or trying.", ["state"]
)
RESULT_CACHE = Counter("ingestio_result_cache", "Looks for a result of the same question: hit or miss.", ["outcome"])

# Reading and writing files.
OCR_PAGES = Counter("ingestio_ocr_pages", "Pages without a text layer that were read.")
OCR_SECONDS = Histogram("ingestio_ocr_page_seconds", "Reading one page, its wait for a reader included.", buckets=_RUN)
SANDBOX_RUNS = Counter(
    "ingestio_sandbox_runs", "Work in sandboxes: ok, died, timed_out, out_of_memory or failed.", ["target", "outcome"]
)
EXPORTS = Counter("ingestio_exports", "Exports made.", ["format"])
EXPORT_ROWS = Counter("ingestio_export_rows", "Rows or documents written to exports that are ready.", ["format"])
STORAGE_OPERATIONS = Counter(
    "ingestio_storage_operations", "Requests to the object storage: ok, missing or error.", ["op", "outcome"]
)
STORAGE_SECONDS = Histogram("ingestio_storage_operation_seconds", "One of them.", ["op"], buckets=_REQUEST)

# What leaves.
SSE_CLIENTS = Gauge("ingestio_sse_clients", "Event streams that are open.")
SSE_EVENTS = Counter("ingestio_sse_events", "Changes handed to streams, once for each.")
SSE_DROPPED = Counter("ingestio_sse_streams_dropped", "Streams ended because they did not keep up.")
SSE_LAG = Histogram(
    "ingestio_sse_lag_seconds", "From a change's commit to its streams, the oldest of each lot.", buckets=_DELAY
)
WEBHOOK_DELIVERIES = Counter(
    "ingestio_webhook_deliveries", "Attempts at webhooks: delivered, refused or unreachable.", ["outcome"]
)
WEBHOOK_SECONDS = Histogram("ingestio_webhook_duration_seconds", "One of them.", buckets=_REQUEST)
MAILS = Counter("ingestio_mails", "Attempts at mails: sent, refused or unreachable.", ["outcome"])

# A process and its database.
DB_CONNECTIONS = Gauge("ingestio_db_connections", "Connections of a pool: busy or idle.", ["pool", "state"])
DB_POOL_TIMEOUTS = Counter("ingestio_db_pool_timeouts", "Times nobody gave a connection back in time.", ["pool"])
DB_SLOW_QUERIES = Counter(
    "ingestio_db_slow_queries", "Statements that took longer than the limit; they are logged.", ["pool"]
)
LOOP_LAG = Histogram("ingestio_event_loop_lag_seconds", "How late the event loop woke a task.", buckets=_REQUEST)
MAINTENANCE_RUNS = Counter("ingestio_maintenance_runs", "Runs of a recurring task: ok or failed.", ["task", "outcome"])
MAINTENANCE_SECONDS = Histogram("ingestio_maintenance_duration_seconds", "One of them.", ["task"], buckets=_RUN)
BACKUP_AT = Gauge(
    "ingestio_backup_last_success_timestamp_seconds",
    "When the last `ingestio backup` ended, as ingest knows it; 0 where there was none.",
)
MAINTENANCE_AT = Gauge(
    "ingestio_maintenance_last_success_timestamp_seconds", "When a task last went well, as Unix time.", ["task"]
)
