"""Claims stay quick while a queue grows from short to long."""

from alembic import op

from shared.migrations import claim_by_place

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    claim_by_place(op)
