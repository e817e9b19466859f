"""An audit log of its own: what people change in this service is written down with the change."""

from alembic import op

from shared.migrations import create_audit

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_audit(op, "notifier")
