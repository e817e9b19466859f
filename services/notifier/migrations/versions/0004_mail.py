"""Who gets mail, and the mails; webhook secrets are sealed from now on (sealing.py seals those that are not)."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table

revision = "0004"
down_revision = "0003"

_TABLES = """
CREATE TABLE mail_recipients (
  tenant_id uuid NOT NULL, recipient_id uuid NOT NULL, address text NOT NULL, events text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true, created_by text NOT NULL, unsubscribe_key text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, recipient_id), UNIQUE (tenant_id, address)
);

-- One event for one recipient; its job says where it stands. `error` is what the mail server said last.
CREATE TABLE mails (
  tenant_id uuid NOT NULL, mail_id uuid NOT NULL, recipient_id uuid NOT NULL, batch_id uuid, event_id uuid NOT NULL,
  type text NOT NULL, subject text NOT NULL, lines text[] NOT NULL, path text NOT NULL,
  sent_at timestamptz, error text, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, mail_id),
  FOREIGN KEY (tenant_id, recipient_id) REFERENCES mail_recipients ON DELETE CASCADE
);
CREATE INDEX mails_newest ON mails (tenant_id, recipient_id, created_at DESC, mail_id DESC);
CREATE INDEX mails_batch ON mails (batch_id);
CREATE INDEX mails_old ON mails (created_at);
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "notifier", "mail_recipients", api="SELECT, INSERT, UPDATE, DELETE")
    secure_tenant_table(op, "notifier", "mails", api="SELECT, INSERT")
