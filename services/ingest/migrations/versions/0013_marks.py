"""Marks: when something was last done that no service does itself. `ingestio backup` leaves one."""

from alembic import op

from shared.migrations import secure_worker_table

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("CREATE TABLE marks (name text PRIMARY KEY, at timestamptz NOT NULL)")
    secure_worker_table(op, "ingest", "marks")
