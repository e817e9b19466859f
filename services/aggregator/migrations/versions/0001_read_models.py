"""Batches, generations, documents, timelines, and the view of them all."""

from alembic import op

from shared.migrations import create_outbox, run_statements, secure_tenant_table

revision = "0001"
down_revision = None

_TABLES = """
-- A row appears with the first event of its batch; without created_at, batch.created was not heard yet.
-- The counters are kept by delta under the row's lock; the status follows from them and cannot drift.
CREATE TABLE batches (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, generation int NOT NULL DEFAULT 0, cancelled_up_to int NOT NULL DEFAULT 0,
  name text, description text, strategy text, priority text, metadata jsonb, created_by text,
  total_files int NOT NULL DEFAULT 0, queued int NOT NULL DEFAULT 0, in_progress int NOT NULL DEFAULT 0,
  completed int NOT NULL DEFAULT 0, failed int NOT NULL DEFAULT 0, cancelled int NOT NULL DEFAULT 0,
  needs_review int NOT NULL DEFAULT 0, pages int NOT NULL DEFAULT 0, pages_done int NOT NULL DEFAULT 0,
  created_at timestamptz, started_at timestamptz, updated_at timestamptz, completed_at timestamptz,
  status text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN queued + in_progress > 0 AND cancelled_up_to >= generation THEN 'cancelling'
    WHEN queued + in_progress > 0 AND started_at IS NULL THEN 'queued'
    WHEN queued + in_progress > 0 THEN 'processing'
    WHEN failed + cancelled = 0 THEN 'completed'
    WHEN completed + cancelled = 0 THEN 'failed'
    WHEN cancelled_up_to >= generation THEN 'cancelled'
    ELSE 'partially_completed' END) STORED,
  PRIMARY KEY (tenant_id, batch_id)
) WITH (fillfactor = 70);
CREATE INDEX batches_newest ON batches (tenant_id, created_at DESC, batch_id DESC) WHERE created_at IS NOT NULL;

CREATE TABLE generations (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, generation int NOT NULL, completed_at timestamptz,
  PRIMARY KEY (tenant_id, batch_id, generation)
);

CREATE TABLE documents (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, batch_id uuid NOT NULL,
  generation int NOT NULL, rank smallint NOT NULL, version int NOT NULL, reached smallint NOT NULL,
  position int, file_name text, custom_id text, media_type text, size bigint, pages int NOT NULL,
  document_type text, status text NOT NULL, needs_review boolean NOT NULL, warnings_count int NOT NULL, error jsonb,
  updated_at timestamptz NOT NULL, finished_at timestamptz,
  PRIMARY KEY (tenant_id, document_id)
) WITH (fillfactor = 70);
CREATE INDEX documents_batch  ON documents (tenant_id, batch_id, position, document_id);
CREATE INDEX documents_open   ON documents (tenant_id, batch_id) WHERE finished_at IS NULL;
CREATE INDEX documents_failed ON documents (tenant_id, batch_id) WHERE status = 'failed';

CREATE TABLE timeline (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, event_id uuid NOT NULL, generation int NOT NULL,
  what text NOT NULL, stage text, attempt int, error jsonb, at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, document_id, event_id)
);

-- Counted from the documents themselves, so it also proves the counters.
CREATE VIEW batch_processing_status WITH (security_invoker = true) AS
SELECT b.tenant_id, b.batch_id, b.created_at AS batch_created_at, b.status AS batch_status, b.total_files,
  d.total AS total_documents, d.completed AS completed_count, d.failed AS failed_count,
  d.in_progress AS in_progress_count, d.queued AS queued_count, d.failed AS permanent_failures,
  d.max_retries, d.error_messages, d.latest_error_at, b.started_at AS batch_started_at,
  CASE WHEN d.open = 0 THEN b.completed_at END AS batch_completed_at,
  round(extract(epoch FROM CASE WHEN d.open = 0 THEN b.completed_at ELSE now() END - b.started_at) / 3600, 4)
    AS processing_hours,
  round(100.0 * d.failed / nullif(d.total, 0), 2) AS error_rate_percentage,
  CASE WHEN d.open > 0 AND b.cancelled_up_to >= b.generation THEN 'cancelling'
       WHEN d.open > 0 AND b.started_at IS NULL THEN 'queued'
       WHEN d.open > 0 THEN 'processing'
       WHEN d.completed = d.total THEN 'completed'
       WHEN d.failed = d.total THEN 'failed'
       WHEN b.cancelled_up_to >= b.generation THEN 'cancelled'
       ELSE 'partially_completed' END AS computed_status,
  (SELECT jsonb_agg(jsonb_build_object('category', category, 'count', count) ORDER BY count DESC, category) FROM (
     SELECT error ->> 'category' AS category, count(*) AS count FROM documents e
     WHERE e.tenant_id = b.tenant_id AND e.batch_id = b.batch_id AND e.status = 'failed'
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5) AS top) AS top_error_types
FROM batches b CROSS JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE finished_at IS NULL) AS open,
    count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE status = 'processing') AS in_progress, count(*) FILTER (WHERE status = 'uploaded') AS queued,
    coalesce(max((error ->> 'attempts')::int) - 1, 0) AS max_retries,
    array_agg(DISTINCT error ->> 'message') FILTER (WHERE error IS NOT NULL) AS error_messages,
    max(finished_at) FILTER (WHERE status = 'failed') AS latest_error_at
  FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id
) AS d
WHERE b.created_at IS NOT NULL;
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    for table in ("batches", "generations", "documents", "timeline"):
        secure_tenant_table(op, "aggregator", table, api="SELECT")
    op.execute("GRANT SELECT ON batch_processing_status TO aggregator_api, aggregator_worker")
    create_outbox(op, "aggregator")
