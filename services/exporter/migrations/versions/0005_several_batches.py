"""Exports of several batches, how far they are, and the wish to stop them."""

from alembic import op

from shared.migrations import run_statements

revision = "0005"
down_revision = "0004"

_CHANGES = """
ALTER TABLE exports DROP CONSTRAINT exports_check, ADD COLUMN batch_ids uuid[], ADD COLUMN request_hash text,
  ADD COLUMN written int NOT NULL DEFAULT 0, ADD COLUMN cancelled_at timestamptz,
  ADD CONSTRAINT of_one_thing CHECK (num_nonnulls(batch_id, batch_ids, document_ids) = 1);
CREATE INDEX exports_of_batches ON exports USING gin (batch_ids) WHERE batch_ids IS NOT NULL;
GRANT UPDATE (cancelled_at, expires_at) ON exports TO exporter_api;
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
