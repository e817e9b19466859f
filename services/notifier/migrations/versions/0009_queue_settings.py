"""Operators pause and bound the queue while it runs."""

from alembic import op

from shared.migrations import add_queue_settings

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    add_queue_settings(op, "notifier")
