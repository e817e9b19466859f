"""When a batch was last looked at, and up to which generation it was found whole."""

from alembic import op

from shared.migrations import run_statements

revision = "0003"
down_revision = "0002"

_COLUMNS = """
ALTER TABLE export_batches ADD COLUMN looked_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN whole int NOT NULL DEFAULT 0;
CREATE INDEX export_batches_not_whole ON export_batches (looked_at)
  WHERE whole < greatest(completed_generation, cardinality(opened), 1);
"""


def upgrade() -> None:
    run_statements(op, _COLUMNS)
