"""The end of a generation is kept as it was told, so that who missed it hears the same and not what has come to light since."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE generations ADD COLUMN told bytea")
