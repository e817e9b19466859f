"""Single documents are stopped and deleted; batches have a kind, and a revision of their name and priority."""

from alembic import op

from shared.migrations import run_statements

revision = "0007"
down_revision = "0006"

_CHANGES = """
ALTER TABLE batches ADD COLUMN kind text NOT NULL DEFAULT 'batch' CHECK (kind IN ('batch', 'preview')),
  ADD COLUMN revision int NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN stop_event bytea, ADD COLUMN deleted_at timestamptz, ADD COLUMN erased_at timestamptz,
  ADD COLUMN swept_at timestamptz;
CREATE INDEX documents_deleted ON documents (deleted_at) WHERE deleted_at IS NOT NULL AND swept_at IS NULL;

-- What is deleted is hidden at once from everything that asks as the API does.
ALTER POLICY one_tenant ON documents USING (
  tenant_id = nullif(current_setting('app.tenant', true), '')::uuid AND deleted_at IS NULL
  AND EXISTS (SELECT FROM batches b WHERE b.tenant_id = documents.tenant_id AND b.batch_id = documents.batch_id));
"""


def upgrade() -> None:
    run_statements(op, _CHANGES)
