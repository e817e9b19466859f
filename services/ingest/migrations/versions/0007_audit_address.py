"""The audit log says from where, too."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE audit ADD COLUMN address text")
