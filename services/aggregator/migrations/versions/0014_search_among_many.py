"""Who owns much of all documents is searched for by words alone; what is common is known from fewer of the newest."""

from alembic import op

from shared.migrations import run_statements

revision = "0014"
down_revision = "0013"

# In the index of words a tenant is a key like a word: the list of its documents is read from end to end, 12 ms for a million.
_FUNCTION = """
-- Whether the tenant has an eighth or more of all documents, by the planner's statistics: words alone then find, of others'
-- documents, at most seven for each of its own. Volatile, as no other function may ask for a plan.
CREATE FUNCTION owns_much(tenant uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM documents WHERE tenant_id = %L', tenant) INTO plan;
  RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 * 8 > (SELECT reltuples FROM pg_class WHERE oid = 'documents'::regclass);
END $$;

-- Documents whose file name or error message contains the text or, when `alike`, a word much like it: the newest.
-- A planner under a policy may not look at statistics of the text, and believes every search to be rare. So a look at the
-- newest documents tells what is common: that is found sooner by walking back in time than in the index of words.
CREATE OR REPLACE FUNCTION documents_with(tenant uuid, wanted text, alike boolean, at_most int)
RETURNS TABLE (document_id uuid, batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35
SET enable_bitmapscan = on SET enable_indexscan = on AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
  said text := $said$(coalesce(d.file_name, '') || ' ' || coalesce(d.error ->> 'message', ''))$said$;
  fits text := CASE WHEN alike THEN '$2 <% ' || said ELSE said || ' ILIKE $3' END;
  own text := 'd.tenant_id = $1';
  common boolean;
BEGIN
  PERFORM must_be_own(tenant);
  IF NOT alike AND length(wanted) <= 2 THEN
    RETURN;
  END IF;
  EXECUTE format('SELECT count(*) > 5 FROM (SELECT FROM (SELECT * FROM documents d WHERE %s
      ORDER BY d.updated_at DESC, d.document_id DESC LIMIT 100) AS d WHERE %s LIMIT 6) AS found', own, fits)
    INTO common USING tenant, wanted, part;
  PERFORM set_config(CASE WHEN common THEN 'enable_bitmapscan' ELSE 'enable_indexscan' END, 'off', true);
  IF NOT common AND owns_much(tenant) THEN
    own := 'd.tenant_id IS NOT DISTINCT FROM $1';  -- which no index is asked for
  END IF;
  RETURN QUERY EXECUTE format('SELECT d.document_id, d.batch_id FROM documents d WHERE %s AND %s
    ORDER BY d.updated_at DESC, d.document_id DESC LIMIT $4', own, fits) USING tenant, wanted, part, at_most;
END $$;

-- The same for names of batches.
CREATE OR REPLACE FUNCTION batches_with(tenant uuid, wanted text, alike boolean, at_most int) RETURNS TABLE (batch_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = 0.35
SET enable_bitmapscan = on SET enable_indexscan = on AS $$
DECLARE
  part text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
  common boolean;
BEGIN
  PERFORM must_be_own(tenant);
  SELECT count(*) > 5 INTO common FROM (
    SELECT FROM (
      SELECT b.name FROM batches b WHERE b.tenant_id = tenant AND b.created_at IS NOT NULL
      ORDER BY b.created_at DESC, b.batch_id DESC LIMIT 100) AS n
    WHERE CASE WHEN alike THEN wanted <% n.name ELSE n.name ILIKE part END LIMIT 6) AS found;
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
