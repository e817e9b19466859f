"""The audit log says from where, too."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("ALTER TABLE audit ADD COLUMN address text")
