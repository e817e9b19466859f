"""Statistics by the hour, counted from what the timelines tell."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table

revision = "0005"
down_revision = "0004"

_TABLES = """
-- What an entry tells beside its error: the stages it took (seconds waited and worked, attempts), tokens and cost.
ALTER TABLE timeline ADD COLUMN document_type text, ADD COLUMN needs_review boolean NOT NULL DEFAULT false,
  ADD COLUMN took jsonb, ADD COLUMN usage jsonb;

-- Documents by the hour they ended in. A document that is read again counts again. It stays when the batch is deleted.
CREATE TABLE hourly_documents (
  tenant_id uuid NOT NULL, hour timestamptz NOT NULL, document_type text NOT NULL, file_type text NOT NULL,
  outcome text NOT NULL, error text NOT NULL,
  documents int NOT NULL, needs_review int NOT NULL, pages bigint NOT NULL, bytes bigint NOT NULL,
  input_tokens bigint NOT NULL, output_tokens bigint NOT NULL, cost numeric NOT NULL, unpriced int NOT NULL,
  PRIMARY KEY (tenant_id, hour, document_type, file_type, outcome, error)
) WITH (fillfactor = 50);

-- How measures of completed documents, and the times of each stage, are spread: eight buckets a doubling, so that a
-- percentile of any hours put together is exact to 5 %.
CREATE TABLE hourly_spread (
  tenant_id uuid NOT NULL, hour timestamptz NOT NULL, document_type text NOT NULL, file_type text NOT NULL,
  measure text NOT NULL, bucket smallint NOT NULL, documents int NOT NULL,
  PRIMARY KEY (tenant_id, hour, document_type, file_type, measure, bucket)
) WITH (fillfactor = 50);

CREATE TABLE hourly_queue (
  tenant_id uuid NOT NULL, hour timestamptz NOT NULL, stage text NOT NULL,
  enqueued int NOT NULL, completed int NOT NULL, failed int NOT NULL, retried int NOT NULL,
  waited_seconds float8 NOT NULL, worked_seconds float8 NOT NULL,
  PRIMARY KEY (tenant_id, hour, stage)
) WITH (fillfactor = 50);
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    for table in ("hourly_documents", "hourly_spread", "hourly_queue"):
        secure_tenant_table(op, "aggregator", table, api="SELECT")
