"""Documents are deleted one by one; batches are renamed; those that wait for a review are found by an index."""

from alembic import op

from shared.migrations import run_statements

revision = "0007"
down_revision = "0006"

_CHANGES = """
ALTER TABLE batches ADD COLUMN deleted int NOT NULL DEFAULT 0, ADD COLUMN revision int NOT NULL DEFAULT 0;
CREATE INDEX documents_to_review ON documents (tenant_id, updated_at DESC, document_id DESC)
  WHERE needs_review AND status = 'completed';
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
