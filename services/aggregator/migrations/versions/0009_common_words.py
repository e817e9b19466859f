"""A search for what is common stops looking as soon as it knows that: at the 51st of the newest documents that match."""

from alembic import op

from shared.migrations import run_statements

revision = "0009"
down_revision = "0008"

_FUNCTION = """
CREATE OR REPLACE FUNCTION documents_with(tenant uuid, wanted text, alike boolean, at_most int)
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
"""


def upgrade() -> None:
    op.execute("SELECT show_limit()")  # loads pg_trgm, so that its setting is known below
    run_statements(op, _FUNCTION)
