"""Documents that were read by OCR are found by the keys of their pages; where there is a text layer this costs nothing."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS classifications_read")
        op.execute(
            'CREATE INDEX CONCURRENTLY classifications_read ON classifications (pages_key COLLATE "C")'
            " WHERE pages_key NOT LIKE '%/text-_.json.gz'"
        )
