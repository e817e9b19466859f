"""Sessions of the web page: first a code that works once, then the hash of what the cookie holds."""

from alembic import op

from shared.migrations import run_statements, secure_worker_table

revision = "0005"
down_revision = "0004"

_TABLES = """
CREATE TABLE sessions (
  session_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenants, token_hash text NOT NULL REFERENCES tokens,
  code_hash text UNIQUE, code_expires_at timestamptz,
  hash text UNIQUE, expires_at timestamptz, ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((hash IS NULL) = (expires_at IS NULL))
);
CREATE VIEW living_tokens WITH (security_invoker = true) AS
  SELECT hash, tenant_id, user_name, role FROM tokens
  WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());
GRANT SELECT ON living_tokens TO ingest_worker;
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_worker_table(op, "ingest", "sessions")
