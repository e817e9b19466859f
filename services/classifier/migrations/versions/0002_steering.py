"""Tombstones, and jobs that remember how they ended."""

from alembic import op

from shared.migrations import add_tombstones, extend_queue

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_tombstones(op, "classifier")
    extend_queue(op)
