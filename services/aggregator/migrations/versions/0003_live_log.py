"""The log behind live progress."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table

revision = "0003"
down_revision = "0002"

_TABLES = """
-- What changed, for those who watch: ids and states only. The ids of a tenant follow each other without a hole, and
-- become visible in that order: they are given out under the lock of the tenant's counter, which the commit releases.
CREATE TABLE live_log (
  tenant_id uuid NOT NULL, id bigint NOT NULL, batch_id uuid NOT NULL, kind text NOT NULL, data jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
-- Written in the order of time and deleted in it: a few bytes a thousand rows are index enough.
CREATE INDEX live_log_at ON live_log USING brin (at) WITH (pages_per_range = 16, autosummarize = on);

CREATE TABLE live_counters (tenant_id uuid PRIMARY KEY, last_id bigint NOT NULL) WITH (fillfactor = 50);
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    for table in ("live_log", "live_counters"):
        secure_tenant_table(op, "aggregator", table, api="SELECT")
