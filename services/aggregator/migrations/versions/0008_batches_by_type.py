"""An index for batches that hold documents of a type: each batch is asked once, not each of its documents."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("CREATE INDEX documents_batch_type ON documents (tenant_id, batch_id, document_type)")
