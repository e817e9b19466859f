"""Steering: what documents were asked for, their generations, who did what, and deletion."""

from alembic import op

from shared.migrations import run_sql_file, run_statements, secure_tenant_table

revision = "0004"
down_revision = "0002_plans_and_quota"

_TABLES = """
ALTER TABLE batches DROP CONSTRAINT batches_status_check;
ALTER TABLE batches ADD CONSTRAINT batches_status_check CHECK (status IN ('pending_upload', 'queued', 'processing',
  'failed', 'partially_completed', 'completed', 'cancelling', 'cancelled'));
ALTER TABLE batches ADD COLUMN completed_generation int NOT NULL DEFAULT 0,
  ADD COLUMN told_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN deleted_at timestamptz, ADD COLUMN erased_at timestamptz,
  ADD COLUMN swept_at timestamptz, ADD COLUMN contents text[] NOT NULL DEFAULT '{}', ADD COLUMN stop_event bytea;
CREATE INDEX batches_incomplete ON batches (told_at) WHERE completed_generation < generation AND deleted_at IS NULL;
CREATE INDEX batches_deleted ON batches (deleted_at) WHERE deleted_at IS NOT NULL AND swept_at IS NULL;

-- `told_at`: when this pair was last told of, by us or to us. `instructions` is null for a refused file.
ALTER TABLE documents ADD COLUMN text_key text, ADD COLUMN instructions text,
  ADD COLUMN told_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX documents_silent ON documents (told_at) WHERE status = 'uploaded';
CREATE INDEX documents_content ON documents (tenant_id, sha256);

-- What documents are asked for, once a batch for all that ask the same. The schema is JSON as text: jsonb would reorder it.
CREATE TABLE instructions (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, key text NOT NULL, strategy text NOT NULL, prompt text, json_schema text,
  PRIMARY KEY (tenant_id, batch_id, key)
);

-- The batch.retried events; generation 1 is opened by batches.created_event.
CREATE TABLE generations (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, generation int NOT NULL, event bytea NOT NULL,
  PRIMARY KEY (tenant_id, batch_id, generation)
);

CREATE TABLE audit (
  tenant_id uuid NOT NULL, entry_id uuid NOT NULL DEFAULT gen_random_uuid(), at timestamptz NOT NULL DEFAULT now(),
  user_name text NOT NULL, role text NOT NULL, action text NOT NULL, batch_id uuid, details jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX audit_newest ON audit (tenant_id, at DESC, entry_id DESC);

-- What is deleted is hidden at once from everything that asks as the API does.
ALTER POLICY one_tenant ON batches USING (
  tenant_id = nullif(current_setting('app.tenant', true), '')::uuid AND deleted_at IS NULL);
ALTER POLICY one_tenant ON documents USING (
  tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
  AND EXISTS (SELECT FROM batches b WHERE b.tenant_id = documents.tenant_id AND b.batch_id = documents.batch_id));
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "ingest", "instructions", api="SELECT, INSERT")
    secure_tenant_table(op, "ingest", "generations", api="SELECT, INSERT")
    secure_tenant_table(op, "ingest", "audit", api="SELECT, INSERT")
    run_sql_file(op, "outbox_002.sql")
