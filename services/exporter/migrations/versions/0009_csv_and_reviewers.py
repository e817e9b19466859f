"""How a CSV file is written, and who reviewed a document, and when."""

from alembic import op

from shared.migrations import run_statements

revision = "0009"
down_revision = "0008"

_CHANGES = """
ALTER TABLE exports ADD COLUMN csv jsonb NOT NULL DEFAULT '{}';
ALTER TABLE export_documents ADD COLUMN reviewed_by text, ADD COLUMN reviewed_at timestamptz;
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
