"""Versions made by people: who made them, what they changed, and the event that told of it."""

from alembic import op

from shared.migrations import run_statements

revision = "0003"
down_revision = "0002"

_CHANGES = """
ALTER TABLE extractions ADD COLUMN reviewed_by text, ADD COLUMN approved boolean NOT NULL DEFAULT false,
  ADD COLUMN changes jsonb, ADD COLUMN told bytea;
GRANT INSERT ON extractions TO extractor_api;
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
