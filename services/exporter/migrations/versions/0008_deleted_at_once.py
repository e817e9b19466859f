"""One statement says which batches and documents were deleted."""

from alembic import op

from shared.migrations import look_for_deleted_at_once

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    look_for_deleted_at_once(op)
