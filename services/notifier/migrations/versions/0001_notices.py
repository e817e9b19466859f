"""Notices."""

from alembic import op

from shared.migrations import create_outbox, secure_tenant_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE notices (
          tenant_id uuid NOT NULL, notice_id uuid NOT NULL, kind text NOT NULL, batch_id uuid NOT NULL, text text NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (tenant_id, notice_id)
        )
    """)
    op.execute("CREATE INDEX notices_newest ON notices (tenant_id, created_at DESC, notice_id DESC)")
    secure_tenant_table(op, "notifier", "notices", api="SELECT")
    create_outbox(op, "notifier")
