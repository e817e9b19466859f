"""What a plan gives its tenants in the queues: a weight against other tenants, and how many documents run at once."""

from alembic import op

from shared.migrations import run_statements

revision = "0006"
down_revision = "0005"

_SHARES = """
ALTER TABLE plans ADD COLUMN queue_weight float8 NOT NULL DEFAULT 1 CHECK (queue_weight > 0),
  ADD COLUMN documents_at_once int NOT NULL DEFAULT 64 CHECK (documents_at_once > 0);
UPDATE plans SET queue_weight = s.weight, documents_at_once = s.at_once
FROM (VALUES ('starter', 1, 8), ('plus', 2, 16), ('growth', 4, 32), ('enterprise', 8, 64)) AS s (plan, weight, at_once)
WHERE plans.plan = s.plan;
CREATE OR REPLACE VIEW tenant_limits WITH (security_invoker = true) AS
  SELECT t.tenant_id, t.plan, t.status, p.batches_allowed,
    coalesce(t.files_per_batch, p.files_per_batch) AS files_per_batch,
    coalesce(t.pages_per_month, p.pages_per_month) AS pages_per_month,
    coalesce(t.batches_per_minute, p.batches_per_minute) AS batches_per_minute,
    p.queue_weight, p.documents_at_once
  FROM tenants t JOIN plans p USING (plan);
"""


def upgrade() -> None:
    run_statements(op, _SHARES)
