"""Indexes for lists, and search through functions that know their tenant."""

from alembic import op

from shared.migrations import run_statements

revision = "0004"
down_revision = "0003"

_INDEXES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE INDEX batches_updated ON batches (tenant_id, updated_at DESC, batch_id DESC) WHERE created_at IS NOT NULL;
CREATE INDEX batches_name    ON batches (tenant_id, name, batch_id) WHERE created_at IS NOT NULL;
CREATE INDEX batches_status  ON batches (tenant_id, status, created_at DESC, batch_id DESC) WHERE created_at IS NOT NULL;
CREATE INDEX batches_hidden  ON batches (tenant_id, batch_id) WHERE hidden;
CREATE INDEX batches_search  ON batches USING gin (tenant_id, name gin_trgm_ops);
CREATE INDEX batches_metadata ON batches USING gin (tenant_id, metadata jsonb_path_ops) WHERE metadata <> '{}';

CREATE INDEX documents_updated ON documents (tenant_id, updated_at DESC, document_id DESC);
CREATE INDEX documents_name    ON documents (tenant_id, file_name, document_id);
CREATE INDEX documents_status  ON documents (tenant_id, status, updated_at DESC, document_id DESC);
CREATE INDEX documents_type    ON documents (tenant_id, document_type, updated_at DESC, document_id DESC);
CREATE INDEX documents_custom  ON documents (tenant_id, custom_id) WHERE custom_id IS NOT NULL;
CREATE INDEX documents_search  ON documents USING gin
  (tenant_id, (coalesce(file_name, '') || ' ' || coalesce(error ->> 'message', '')) gin_trgm_ops);
"""

# Under row-level security the operators of trigrams and of jsonb come after the policy, so no index serves them. These
# functions run as the owner, whom a policy lets see all: each begins by refusing every tenant but the session's own.
_FUNCTIONS = """
CREATE FUNCTION must_be_own(tenant uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF tenant IS NULL OR tenant IS DISTINCT FROM nullif(current_setting('app.tenant', true), '')::uuid THEN
    RAISE insufficient_privilege USING MESSAGE = 'search in another tenant';
  END IF;
END $$;

-- Documents whose file name or error message contains the text or, when `alike`, a word much like it: the newest.
-- A planner under a policy may not look at statistics of the text, and believes every search to be rare. So a look at the
-- newest documents tells what is common: that is found sooner by walking back in time than in the index of words.
CREATE FUNCTION documents_with(tenant uuid, wanted text, alike boolean, at_most int)
RETURNS TABLE (document_id uuid, batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35
SET enable_bitmapscan = on AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
  PERFORM must_be_own(tenant);
  IF alike THEN
    RETURN QUERY SELECT d.document_id, d.batch_id FROM documents d
      WHERE d.tenant_id = tenant AND wanted <% (coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', ''))
      ORDER BY d.updated_at DESC, d.document_id DESC LIMIT at_most;
  ELSIF length(wanted) > 2 THEN
    IF (SELECT count(*) > 50 FROM (
          SELECT d.file_name, d.error FROM documents d WHERE d.tenant_id = tenant
          ORDER BY d.updated_at DESC, d.document_id DESC LIMIT 1000) AS n
        WHERE coalesce(n.file_name, '') || ' ' || coalesce(n.error ->> 'message', '') ILIKE part) THEN
      PERFORM set_config('enable_bitmapscan', 'off', true);
    END IF;
    RETURN QUERY SELECT d.document_id, d.batch_id FROM documents d
      WHERE d.tenant_id = tenant AND coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', '') ILIKE part
      ORDER BY d.updated_at DESC, d.document_id DESC LIMIT at_most;
  END IF;
END $$;

-- Batches whose name is like that.
CREATE FUNCTION batches_with(tenant uuid, wanted text, alike boolean, at_most int) RETURNS TABLE (batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35 AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
  PERFORM must_be_own(tenant);
  IF alike THEN
    RETURN QUERY SELECT b.batch_id FROM batches b WHERE b.tenant_id = tenant AND wanted <% b.name
      AND b.created_at IS NOT NULL ORDER BY b.created_at DESC, b.batch_id DESC LIMIT at_most;
  ELSIF length(wanted) > 2 THEN
    RETURN QUERY SELECT b.batch_id FROM batches b WHERE b.tenant_id = tenant AND b.name ILIKE part
      AND b.created_at IS NOT NULL ORDER BY b.created_at DESC, b.batch_id DESC LIMIT at_most;
  END IF;
END $$;

-- What contains the text; when nothing does, what is much like it.
CREATE FUNCTION find_documents(tenant uuid, wanted text, at_most int) RETURNS TABLE (document_id uuid)
LANGUAGE plpgsql STABLE ROWS 200 AS $$
BEGIN
  RETURN QUERY SELECT d.document_id FROM documents_with(tenant, wanted, false, at_most) d;
  IF NOT FOUND THEN
    RETURN QUERY SELECT d.document_id FROM documents_with(tenant, wanted, true, at_most) d;
  END IF;
END $$;

-- The same for batches: by their name, or by one of their documents.
CREATE FUNCTION find_batches(tenant uuid, wanted text, at_most int) RETURNS TABLE (batch_id uuid)
LANGUAGE plpgsql STABLE ROWS 200 AS $$
DECLARE
  how boolean;
BEGIN
  FOREACH how IN ARRAY ARRAY[false, true] LOOP
    RETURN QUERY SELECT b.batch_id FROM batches_with(tenant, wanted, how, at_most) b
      UNION SELECT d.batch_id FROM documents_with(tenant, wanted, how, at_most) d;
    EXIT WHEN FOUND;
  END LOOP;
END $$;

-- Batches whose metadata holds all of this.
CREATE FUNCTION find_by_metadata(tenant uuid, wanted jsonb) RETURNS TABLE (batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  PERFORM must_be_own(tenant);
  RETURN QUERY SELECT b.batch_id FROM batches b
    WHERE b.tenant_id = tenant AND b.metadata <> '{}' AND b.metadata @> wanted;
END $$;
"""
_CALLED = (
    *("documents_with(uuid, text, boolean, int)", "batches_with(uuid, text, boolean, int)"),
    *("find_documents(uuid, text, int)", "find_batches(uuid, text, int)", "find_by_metadata(uuid, jsonb)"),
)


def upgrade() -> None:
    run_statements(op, _INDEXES)
    op.execute("SELECT show_limit()")  # loads pg_trgm, so that its setting is known below
    run_statements(op, _FUNCTIONS)
    for function in _CALLED:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO aggregator_api")
