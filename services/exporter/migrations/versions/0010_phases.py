"""What is done to an export now, how many documents it will hold, and how many of them are read."""

from alembic import op

from shared.migrations import run_statements

revision = "0010"
down_revision = "0009"

_CHANGES = """
ALTER TABLE exports ADD COLUMN phase text, ADD COLUMN read int NOT NULL DEFAULT 0, ADD COLUMN ended int, ADD COLUMN total int;
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
