"""Previews: batches of their own kind, whose results ingest keeps for a day."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table

revision = "0008"
down_revision = "0007"

_TABLES = """
CREATE TABLE preview_ends (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, batch_id uuid NOT NULL, event bytea NOT NULL,
  PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX batches_previews ON batches (expires_at) WHERE kind = 'preview' AND deleted_at IS NULL;
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "ingest", "preview_ends", api="SELECT")
