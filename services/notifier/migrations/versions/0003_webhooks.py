"""Webhook endpoints, their deliveries, and the queue that sends them."""

from alembic import op

from shared.migrations import create_queue, extend_queue, run_statements, secure_tenant_table

revision = "0003"
down_revision = "0002"

_TABLES = """
CREATE TABLE webhooks (
  tenant_id uuid NOT NULL, webhook_id uuid NOT NULL, url text NOT NULL, events text[] NOT NULL,
  description text NOT NULL DEFAULT '', created_by text NOT NULL,
  secret text NOT NULL, previous_secret text, previous_until timestamptz,
  disabled_at timestamptz, disabled_reason text, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, webhook_id)
);

-- One event for one endpoint; where it stands is its newest job. The body is kept as it is signed: a retry repeats it.
CREATE TABLE deliveries (
  tenant_id uuid NOT NULL, delivery_id uuid NOT NULL, webhook_id uuid NOT NULL, batch_id uuid, event_id uuid NOT NULL,
  type text NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, delivery_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
);
CREATE INDEX deliveries_newest ON deliveries (tenant_id, webhook_id, created_at DESC, delivery_id DESC);
CREATE INDEX deliveries_batch ON deliveries (batch_id);
CREATE INDEX deliveries_old ON deliveries (created_at);

CREATE TABLE attempts (
  tenant_id uuid NOT NULL, delivery_id uuid NOT NULL, generation int NOT NULL, number int NOT NULL,
  at timestamptz NOT NULL, milliseconds int NOT NULL, status int, error text, answer text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, delivery_id, generation, number),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries ON DELETE CASCADE
);
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_tenant_table(op, "notifier", "webhooks", api="SELECT, INSERT, UPDATE, DELETE")
    secure_tenant_table(op, "notifier", "deliveries", api="SELECT, INSERT")
    secure_tenant_table(op, "notifier", "attempts", api="SELECT")
    create_queue(op, "notifier")
    extend_queue(op)
