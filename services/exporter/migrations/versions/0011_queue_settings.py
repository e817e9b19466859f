"""Operators pause and bound the queue while it runs."""

from alembic import op

from shared.migrations import add_queue_settings

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    add_queue_settings(op, "exporter")
