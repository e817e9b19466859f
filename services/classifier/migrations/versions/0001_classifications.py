"""The queue, and what each document was found to be."""

from alembic import op

from shared.migrations import create_outbox, create_queue, run_statements, secure_tenant_table

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE classifications (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, generation int NOT NULL, batch_id uuid NOT NULL,
  document_type text NOT NULL, confidence float8 NOT NULL, reason text NOT NULL, needs_review boolean NOT NULL,
  pages_key text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, document_id, generation)
);
CREATE INDEX classifications_batch ON classifications (tenant_id, batch_id);
"""


def upgrade() -> None:
    create_queue(op, "classifier")
    create_outbox(op, "classifier")
    run_statements(op, _TABLES)
    secure_tenant_table(op, "classifier", "classifications", api="SELECT")
