"""One statement says what was deleted, locks the batches that events are about, and reads what is there of them."""

from alembic import op

from shared.migrations import look_for_deleted_at_once, run_statements

revision = "0012"
down_revision = "0011"

_FUNCTION = """
-- Locks these batches, made where missing and in one order for all, and returns them with these documents and with those of
-- `subjects` that were deleted. Each statement sees what was written before it: the documents are as the lock found them.
CREATE FUNCTION take_up(subjects uuid[], batch_tenants uuid[], batch_ids uuid[], document_tenants uuid[], document_ids uuid[])
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  dead uuid[] := ARRAY(SELECT gone(subjects));
  locked json;
BEGIN
  INSERT INTO batches (tenant_id, batch_id)
  SELECT k.tenant_id, k.batch_id FROM unnest(batch_tenants, batch_ids) AS k (tenant_id, batch_id)
  WHERE k.batch_id <> ALL(dead)
    AND NOT EXISTS (SELECT FROM batches b WHERE b.tenant_id = k.tenant_id AND b.batch_id = k.batch_id)
  ORDER BY k.tenant_id, k.batch_id ON CONFLICT DO NOTHING;
  SELECT json_agg(row_to_json(l)) INTO locked FROM (
    SELECT b.* FROM unnest(batch_tenants, batch_ids) AS k (tenant_id, batch_id) JOIN batches b USING (tenant_id, batch_id)
    WHERE b.batch_id <> ALL(dead) ORDER BY b.tenant_id, b.batch_id FOR NO KEY UPDATE OF b) AS l;
  RETURN json_build_object('dead', dead, 'batches', coalesce(locked, '[]'), 'documents', coalesce((
    SELECT json_agg(row_to_json(d)) FROM unnest(document_tenants, document_ids) AS k (tenant_id, document_id)
    JOIN documents d USING (tenant_id, document_id)), '[]'));
END $$;

-- Generations of these batches that are complete now. A generation is when it and all before it are known and none of their
-- documents is open.
CREATE FUNCTION complete(tenants uuid[], batch_ids uuid[])
RETURNS TABLE (tenant_id uuid, batch_id uuid, generation int) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY UPDATE generations g SET completed_at = now()
  FROM unnest(tenants, batch_ids) AS touched (tenant_id, batch_id)
  WHERE g.tenant_id = touched.tenant_id AND g.batch_id = touched.batch_id AND g.completed_at IS NULL
    AND g.generation = (SELECT count(*) FROM generations e
                        WHERE e.tenant_id = g.tenant_id AND e.batch_id = g.batch_id AND e.generation <= g.generation)
    AND NOT EXISTS (SELECT FROM documents d WHERE d.tenant_id = g.tenant_id AND d.batch_id = g.batch_id
                      AND d.finished_at IS NULL AND d.generation <= g.generation)
  RETURNING g.tenant_id, g.batch_id, g.generation;
END $$;
"""


def upgrade() -> None:
    look_for_deleted_at_once(op)
    run_statements(op, _FUNCTION)
