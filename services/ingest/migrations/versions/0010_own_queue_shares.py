"""A tenant may have a weight and a number of documents at once of its own, as it may have other limits."""

from alembic import op

from shared.migrations import run_statements

revision = "0010"
down_revision = "0009"

_OWN_SHARES = """
ALTER TABLE tenants ADD COLUMN queue_weight float8 CHECK (queue_weight > 0),
  ADD COLUMN documents_at_once int CHECK (documents_at_once > 0);
CREATE OR REPLACE VIEW tenant_limits WITH (security_invoker = true) AS
  SELECT t.tenant_id, t.plan, t.status, p.batches_allowed,
    coalesce(t.files_per_batch, p.files_per_batch) AS files_per_batch,
    coalesce(t.pages_per_month, p.pages_per_month) AS pages_per_month,
    coalesce(t.batches_per_minute, p.batches_per_minute) AS batches_per_minute,
    coalesce(t.queue_weight, p.queue_weight) AS queue_weight,
    coalesce(t.documents_at_once, p.documents_at_once) AS documents_at_once
  FROM tenants t JOIN plans p USING (plan);
"""


def upgrade() -> None:
    run_statements(op, _OWN_SHARES)
