"""Single documents can be stopped, and batches change their priority."""

from alembic import op

from shared.migrations import stop_single_documents

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    stop_single_documents(op)
