"""Batches that stay open while their files come, and the uploads that bring them."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table

revision = "0004"
down_revision = "0003"

_TABLES = """
ALTER TABLE batches
  ADD COLUMN wish jsonb, ADD COLUMN expected jsonb,
  ADD COLUMN expires_at timestamptz, ADD COLUMN held_by uuid, ADD COLUMN held_until timestamptz;
CREATE TABLE uploads (
  tenant_id uuid NOT NULL, upload_id uuid NOT NULL, batch_id uuid,
  kind text NOT NULL CHECK (kind IN ('whole', 'partial', 'joined')),
  position int, file_name text NOT NULL, relative_path text,
  metadata text, concat text,
  size bigint NOT NULL, byte_offset bigint NOT NULL DEFAULT 0, stored boolean NOT NULL DEFAULT false,
  object_key text, begun text, tags text[] NOT NULL DEFAULT '{}', tail_key text, requests int NOT NULL DEFAULT 0,
  held_by uuid, held_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
  discarded_at timestamptz, cleared_at timestamptz,
  PRIMARY KEY (tenant_id, upload_id),
  FOREIGN KEY (tenant_id, batch_id) REFERENCES batches (tenant_id, batch_id),
  CHECK (byte_offset BETWEEN 0 AND size),
  CHECK ((kind = 'partial') = (batch_id IS NULL) AND (batch_id IS NULL) = (position IS NULL))
);
CREATE UNIQUE INDEX uploads_position ON uploads (tenant_id, batch_id, position) WHERE discarded_at IS NULL;
CREATE INDEX uploads_batch ON uploads (tenant_id, batch_id);
CREATE INDEX uploads_expiring ON uploads (expires_at) WHERE discarded_at IS NULL;
CREATE INDEX uploads_discarded ON uploads (cleared_at NULLS FIRST) WHERE discarded_at IS NOT NULL;
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "ingest", "uploads", api="SELECT, INSERT, UPDATE")
