"""A misspelt word is looked for in the index of words, unless much of what is new is like it.

Under a policy the planner takes one document in a hundred for a match, and walked back through all of them in search of a
thousand: four seconds among a million documents.
"""

from alembic import op

from shared.migrations import run_statements

revision = "0010"
down_revision = "0009"

_FUNCTION = """
CREATE OR REPLACE FUNCTION documents_with(tenant uuid, wanted text, alike boolean, at_most int)
RETURNS TABLE (document_id uuid, batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35
SET enable_bitmapscan = on SET enable_indexscan = on AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
BEGIN
  PERFORM must_be_own(tenant);
  IF alike THEN
    IF (SELECT count(*) <= 25 FROM (
          SELECT FROM (
            SELECT d.file_name, d.error FROM documents d WHERE d.tenant_id = tenant
            ORDER BY d.updated_at DESC, d.document_id DESC LIMIT 500) AS n
          WHERE wanted <% (coalesce(n.file_name, '') || ' ' || coalesce(n.error ->> 'message', '')) LIMIT 26) AS common) THEN
      PERFORM set_config('enable_indexscan', 'off', true);
    END IF;
    RETURN QUERY SELECT d.document_id, d.batch_id FROM documents d
      WHERE d.tenant_id = tenant AND wanted <% (coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', ''))
      ORDER BY d.updated_at DESC, d.document_id DESC LIMIT at_most;
  ELSIF length(wanted) > 2 THEN
    IF (SELECT count(*) > 50 FROM (
          SELECT FROM (
            SELECT d.file_name, d.error FROM documents d WHERE d.tenant_id = tenant
            ORDER BY d.updated_at DESC, d.document_id DESC LIMIT 1000) AS n
          WHERE coalesce(n.file_name, '') || ' ' || coalesce(n.error ->> 'message', '') ILIKE part LIMIT 51) AS common) THEN
      PERFORM set_config('enable_bitmapscan', 'off', true);
    END IF;
    RETURN QUERY SELECT d.document_id, d.batch_id FROM documents d
      WHERE d.tenant_id = tenant AND coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', '') ILIKE part
      ORDER BY d.updated_at DESC, d.document_id DESC LIMIT at_most;
  END IF;
END $$;

-- The same for names of batches: what is common among the newest is found by walking back in time.
CREATE OR REPLACE FUNCTION batches_with(tenant uuid, wanted text, alike boolean, at_most int) RETURNS TABLE (batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35
SET enable_bitmapscan = on SET enable_indexscan = on AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
  common boolean;
BEGIN
  PERFORM must_be_own(tenant);
  SELECT count(*) > 25 INTO common FROM (
    SELECT FROM (
      SELECT b.name FROM batches b WHERE b.tenant_id = tenant AND b.created_at IS NOT NULL
      ORDER BY b.created_at DESC, b.batch_id DESC LIMIT 500) AS n
    WHERE CASE WHEN alike THEN wanted <% n.name ELSE n.name ILIKE part END LIMIT 26) AS found;
  PERFORM set_config(CASE WHEN common THEN 'enable_bitmapscan' ELSE 'enable_indexscan' END, 'off', true);
  IF alike THEN
    RETURN QUERY SELECT b.batch_id FROM batches b WHERE b.tenant_id = tenant AND wanted <% b.name
      AND b.created_at IS NOT NULL ORDER BY b.created_at DESC, b.batch_id DESC LIMIT at_most;
  ELSIF length(wanted) > 2 THEN
    RETURN QUERY SELECT b.batch_id FROM batches b WHERE b.tenant_id = tenant AND b.name ILIKE part
      AND b.created_at IS NOT NULL ORDER BY b.created_at DESC, b.batch_id DESC LIMIT at_most;
  END IF;
END $$;
"""


def upgrade() -> None:
    op.execute("SELECT show_limit()")  # loads pg_trgm, so that its setting is known below
    run_statements(op, _FUNCTION)
