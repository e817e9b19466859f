"""Tenants, tokens, batches and their documents."""

from alembic import op

from shared.migrations import create_outbox, run_statements, secure_tenant_table, secure_worker_table

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE tenants (
  tenant_id uuid PRIMARY KEY, name text NOT NULL UNIQUE, plan text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE tokens (
  hash text PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, user_name text NOT NULL, role text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz, revoked_at timestamptz
);
CREATE TABLE batches (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, name text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending_upload', 'queued', 'failed', 'partially_completed', 'completed', 'cancelled')),
  generation int NOT NULL DEFAULT 1,
  idempotency_key text, fingerprint text NOT NULL, created_by text NOT NULL, created_event jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, batch_id),
  UNIQUE (tenant_id, idempotency_key)
);
CREATE INDEX batches_pending ON batches (created_at) WHERE status = 'pending_upload';
CREATE TABLE documents (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, batch_id uuid NOT NULL, position int NOT NULL,
  generation int NOT NULL DEFAULT 1, file_name text NOT NULL, media_type text, size bigint NOT NULL, sha256 text NOT NULL,
  pages int NOT NULL, object_key text, custom_id text, error jsonb,
  status text NOT NULL CHECK (status IN ('uploaded', 'completed', 'failed', 'cancelled')),
  PRIMARY KEY (tenant_id, document_id),
  FOREIGN KEY (tenant_id, batch_id) REFERENCES batches (tenant_id, batch_id)
);
CREATE INDEX documents_batch ON documents (tenant_id, batch_id, position);
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "ingest", "tenants", api="SELECT")
    secure_worker_table(op, "ingest", "tokens")
    secure_tenant_table(op, "ingest", "batches", api="SELECT, INSERT, UPDATE, DELETE")
    secure_tenant_table(op, "ingest", "documents", api="SELECT, INSERT, UPDATE")
    create_outbox(op, "ingest")
