"""Rows ready to export, exports, their files, and the queue that makes them."""

from alembic import op

from shared.migrations import create_outbox, create_queue, run_statements, secure_tenant_table

revision = "0001"
down_revision = None

_TABLES = """
-- `opened` are the generations heard of; `ended` is how many documents batch.completed told of.
CREATE TABLE export_batches (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, name text, created_by text, wish jsonb,
  opened int[] NOT NULL DEFAULT '{}', completed_generation int NOT NULL DEFAULT 0, ended int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, batch_id)
);

-- A row is ready when its status is known and its generation is the one awaited. `result` is JSON as text: jsonb would
-- reorder the fields, and so the columns of a file.
CREATE TABLE export_documents (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, batch_id uuid NOT NULL, position int NOT NULL,
  awaited int NOT NULL DEFAULT 0, generation int NOT NULL DEFAULT 0, rank smallint NOT NULL DEFAULT 0,
  version int NOT NULL DEFAULT 0, file_name text, custom_id text, pages int NOT NULL DEFAULT 0, status text,
  document_type text, needs_review boolean NOT NULL DEFAULT false, provider text, model text, result text,
  result_key text, error jsonb, finished_at timestamptz,
  PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX export_documents_batch ON export_documents (tenant_id, batch_id, position, document_id);

CREATE TABLE exports (
  tenant_id uuid NOT NULL, export_id uuid NOT NULL, batch_id uuid, document_ids uuid[],
  format text NOT NULL, layout text NOT NULL, path text, include text[] NOT NULL, "when" text NOT NULL,
  created_by text NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, export_id),
  CHECK (num_nonnulls(batch_id, document_ids) = 1)
);
CREATE INDEX exports_newest ON exports (tenant_id, created_at DESC, export_id DESC);
CREATE INDEX exports_expiry ON exports (expires_at);

CREATE TABLE export_files (
  tenant_id uuid NOT NULL, export_id uuid NOT NULL, object_key text NOT NULL, file_name text NOT NULL,
  media_type text NOT NULL, size bigint NOT NULL, rows int NOT NULL, documents int NOT NULL, total_documents int NOT NULL,
  notes text[] NOT NULL, finished_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, export_id)
);
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "exporter", "export_batches", api="")
    secure_tenant_table(op, "exporter", "export_documents", api="")
    secure_tenant_table(op, "exporter", "exports", api="SELECT, INSERT")
    secure_tenant_table(op, "exporter", "export_files", api="SELECT")
    create_queue(op, "exporter")
    create_outbox(op, "exporter")
