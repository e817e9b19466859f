"""What a dead worker had in hand runs together once, before each job of it runs alone."""

from alembic import op

from shared.migrations import try_suspects_together

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    try_suspects_together(op)
