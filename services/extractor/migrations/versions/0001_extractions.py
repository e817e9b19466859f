"""The queue, and the results in their versions."""

from alembic import op

from shared.migrations import create_outbox, create_queue, run_statements, secure_tenant_table

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE extractions (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, generation int NOT NULL, version int NOT NULL,
  batch_id uuid NOT NULL, file_name text NOT NULL, custom_id text, document_type text NOT NULL, pages int NOT NULL,
  needs_review boolean NOT NULL, result jsonb, result_key text, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, document_id, generation, version),
  CHECK ((result IS NULL) <> (result_key IS NULL))
);
CREATE INDEX extractions_batch ON extractions (tenant_id, batch_id, document_id);
"""


def upgrade() -> None:
    create_queue(op, "extractor")
    create_outbox(op, "extractor")
    run_statements(op, _TABLES)
    secure_tenant_table(op, "extractor", "extractions", api="SELECT")
