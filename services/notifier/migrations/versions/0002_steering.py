"""Tombstones of deleted batches."""

from alembic import op

from shared.migrations import add_tombstones

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    add_tombstones(op, "notifier")
