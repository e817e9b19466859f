"""One budget a provider, what its calls used, answers kept until their document is done, and results found again."""

from alembic import op

from shared.migrations import run_statements, secure_tenant_table, secure_worker_table

revision = "0004"
down_revision = "0003"

_TABLES = """
CREATE TABLE providers (
  name text PRIMARY KEY, state jsonb NOT NULL, updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 20);
CREATE TABLE provider_calls (
  provider text NOT NULL, holder uuid NOT NULL, held int NOT NULL, waiting int NOT NULL, seen timestamptz NOT NULL,
  PRIMARY KEY (provider, holder)
) WITH (fillfactor = 20);
CREATE TABLE window_answers (
  tenant_id uuid NOT NULL, question text NOT NULL, batch_id uuid NOT NULL, answer jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, question)
);
CREATE INDEX window_answers_batch ON window_answers (batch_id);
CREATE INDEX window_answers_age ON window_answers (created_at);
CREATE TABLE model_usage (
  tenant_id uuid NOT NULL, batch_id uuid NOT NULL, document_id uuid NOT NULL, generation int NOT NULL, model text NOT NULL,
  calls int NOT NULL, input_tokens bigint NOT NULL, output_tokens bigint NOT NULL, cost numeric,
  first_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, document_id, generation, model)
);
CREATE INDEX model_usage_batch ON model_usage (tenant_id, batch_id);
CREATE INDEX model_usage_time ON model_usage (tenant_id, first_at);
ALTER TABLE extractions ADD COLUMN cache_key text;
CREATE INDEX extractions_cache ON extractions (tenant_id, cache_key) WHERE cache_key IS NOT NULL;
"""


def upgrade() -> None:
    run_statements(op, _TABLES)
    secure_worker_table(op, "extractor", "providers")
    secure_worker_table(op, "extractor", "provider_calls")
    secure_tenant_table(op, "extractor", "window_answers", api="")
    secure_tenant_table(op, "extractor", "model_usage", api="SELECT")
