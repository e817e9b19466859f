"""Documents are deleted one by one, batches are renamed."""

from alembic import op

from shared.migrations import run_statements

revision = "0004"
down_revision = "0003"

_CHANGES = """
ALTER TABLE export_batches ADD COLUMN revision int NOT NULL DEFAULT 0;
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
