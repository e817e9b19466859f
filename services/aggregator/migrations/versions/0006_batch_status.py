"""Everything that is asked of a batch: retries of every document, the pace of a tenant, the view with its columns and no other."""

from alembic import op

from shared.migrations import run_statements

revision = "0006"
down_revision = "0005"

_CHANGES = """
ALTER TABLE documents ADD COLUMN retries smallint NOT NULL DEFAULT 0;
CREATE INDEX documents_retried ON documents (tenant_id, batch_id) WHERE retries > 0;
CREATE INDEX documents_ended   ON documents (tenant_id, finished_at DESC) WHERE finished_at IS NOT NULL;
CREATE INDEX live_log_batch    ON live_log (batch_id);

-- Counted from the documents themselves, so it also proves the counters. Who asks sees what row-level security lets see.
DROP VIEW batch_processing_status;
CREATE VIEW batch_processing_status WITH (security_invoker = true) AS
SELECT b.batch_id, b.created_at AS batch_created_at, b.status AS batch_status, b.total_files,
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
       WHEN d.cancelled > 0 AND b.cancelled_up_to >= b.generation THEN 'cancelled'
       ELSE 'partially_completed' END AS computed_status,
  (SELECT jsonb_agg(jsonb_build_object('category', category, 'count', count) ORDER BY count DESC, category) FROM (
     SELECT error ->> 'category' AS category, count(*) AS count FROM documents e
     WHERE e.tenant_id = b.tenant_id AND e.batch_id = b.batch_id AND e.status = 'failed'
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5) AS top) AS top_error_types
FROM batches b CROSS JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE finished_at IS NULL) AS open,
    count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE status = 'processing') AS in_progress, count(*) FILTER (WHERE status = 'uploaded') AS queued,
    coalesce(max(retries), 0) AS max_retries,
    array_agg(DISTINCT error ->> 'message') FILTER (WHERE error IS NOT NULL) AS error_messages,
    max(finished_at) FILTER (WHERE status = 'failed') AS latest_error_at
  FROM documents d WHERE d.tenant_id = b.tenant_id AND d.batch_id = b.batch_id
) AS d
WHERE b.created_at IS NOT NULL AND NOT b.hidden;
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
    op.execute("GRANT SELECT ON batch_processing_status TO aggregator_api, aggregator_worker")
