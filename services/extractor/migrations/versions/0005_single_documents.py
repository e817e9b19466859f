"""Single documents can be stopped, and batches change their priority."""

from alembic import op

from shared.migrations import stop_single_documents

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    stop_single_documents(op)
