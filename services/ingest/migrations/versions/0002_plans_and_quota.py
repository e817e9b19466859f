"""Plans as data, the page quota with its ledger, turns a minute, and subscriptions; tokens get an id to be named by."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table, secure_worker_table

revision = "0002_plans_and_quota"
down_revision = "0001"

_PLANS = """
CREATE TABLE plans (
  plan text PRIMARY KEY, batches_allowed boolean NOT NULL,
  files_per_batch int CHECK (files_per_batch > 0),
  pages_per_month bigint CHECK (pages_per_month >= 0),
  batches_per_minute int CHECK (batches_per_minute > 0)
);
INSERT INTO plans (plan, batches_allowed, files_per_batch, pages_per_month, batches_per_minute) VALUES
  ('starter', false, 1, 100, 10), ('plus', true, 50, 2000, 10), ('growth', true, 200, 10000, 30),
  ('enterprise', true, NULL, NULL, NULL);
ALTER TABLE tenants
  ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN (
    'trialing', 'active', 'incomplete', 'incomplete_expired', 'past_due', 'canceled', 'unpaid', 'paused')),
  ADD COLUMN files_per_batch int CHECK (files_per_batch > 0),
  ADD COLUMN pages_per_month bigint CHECK (pages_per_month >= 0),
  ADD COLUMN batches_per_minute int CHECK (batches_per_minute > 0),
  ADD COLUMN customer text UNIQUE,
  ADD COLUMN subscription text,
  ADD FOREIGN KEY (plan) REFERENCES plans NOT VALID;
CREATE VIEW tenant_limits WITH (security_invoker = true) AS
  SELECT t.tenant_id, t.plan, t.status, p.batches_allowed,
    coalesce(t.files_per_batch, p.files_per_batch) AS files_per_batch,
    coalesce(t.pages_per_month, p.pages_per_month) AS pages_per_month,
    coalesce(t.batches_per_minute, p.batches_per_minute) AS batches_per_minute
  FROM tenants t JOIN plans p USING (plan);
"""

# A period is a calendar month in UTC. The last line of defence of the quota are these checks: no statement, however wrong, gets past them.
_QUOTA = """
CREATE FUNCTION period_start() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT date_trunc('month', now(), 'UTC') $$;
CREATE FUNCTION period_end() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' $$;
CREATE TABLE quota_periods (
  tenant_id uuid NOT NULL REFERENCES tenants, period_start timestamptz NOT NULL, period_end timestamptz NOT NULL,
  page_limit bigint, reserved bigint NOT NULL DEFAULT 0, used bigint NOT NULL DEFAULT 0,
  warned int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, period_start),
  CONSTRAINT never_negative CHECK (reserved >= 0 AND used >= 0),
  CONSTRAINT never_over CHECK (page_limit IS NULL OR used + reserved <= page_limit)
) WITH (fillfactor = 70);
CREATE TABLE quota_ledger (
  tenant_id uuid NOT NULL, document_id uuid NOT NULL, generation int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('reserve', 'commit', 'release')),
  batch_id uuid NOT NULL, period_start timestamptz NOT NULL, pages int NOT NULL CHECK (pages >= 0),
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, document_id, generation, kind)
);
CREATE UNIQUE INDEX quota_ledger_settled_once ON quota_ledger (tenant_id, document_id, generation) WHERE kind <> 'reserve';
CREATE TABLE turns (
  tenant_id uuid NOT NULL REFERENCES tenants, action text NOT NULL, taken timestamptz[] NOT NULL,
  PRIMARY KEY (tenant_id, action)
) WITH (fillfactor = 50);
"""

_ACCOUNTS = """
CREATE TABLE subscription_events (
  event_id text PRIMARY KEY, position bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid NOT NULL REFERENCES tenants, subscription text NOT NULL, kind text NOT NULL,
  happened_at timestamptz NOT NULL, rank int NOT NULL, applied boolean NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX subscription_events_of_tenant ON subscription_events (tenant_id, happened_at);
ALTER TABLE tokens
  ADD COLUMN token_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD COLUMN created_by text NOT NULL DEFAULT 'operator';
CREATE INDEX tokens_of_tenant ON tokens (tenant_id, created_at);
CREATE POLICY one_tenant ON tokens TO ingest_api
  USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT (token_id, tenant_id, user_name, role, created_by, created_at, expires_at, revoked_at), INSERT,
  UPDATE (revoked_at) ON tokens TO ingest_api;
CREATE POLICY everyone ON plans FOR SELECT TO ingest_api USING (true);
GRANT SELECT ON plans, tenant_limits TO ingest_api;
GRANT SELECT ON tenant_limits TO ingest_worker;
"""


def upgrade() -> None:
    run_statements(op, _PLANS)
    run_statements(op, _QUOTA)
    secure_worker_table(op, "ingest", "plans")
    secure_tenant_table(op, "ingest", "quota_periods", api="SELECT, INSERT, UPDATE")
    secure_tenant_table(op, "ingest", "quota_ledger", api="SELECT, INSERT")
    secure_tenant_table(op, "ingest", "turns", api="SELECT, INSERT, UPDATE")
    run_statements(op, _ACCOUNTS)
    secure_worker_table(op, "ingest", "subscription_events")
