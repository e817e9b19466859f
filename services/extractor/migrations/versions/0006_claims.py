"""A claim finds the rows it picked by their place, and takes what a dead worker had in hand together once."""

from alembic import op

from shared.migrations import claim_by_place

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    claim_by_place(op)
