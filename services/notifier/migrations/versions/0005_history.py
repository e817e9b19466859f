"""Old notices are found without reading new ones: rows stand in the order of their time, so a few summaries are enough."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS notices_age")
        op.execute("CREATE INDEX CONCURRENTLY notices_age ON notices USING brin (created_at) WITH (autosummarize = on)")
