-- Documents become jobs in one statement. Frozen once released.

-- Documents that were not deleted become jobs, once, and what their plans give the tenants is kept. Returns the jobs that a
-- tombstone ends at once. Until the transaction ends no tombstone is written, so one look at them is enough.
CREATE FUNCTION take_in(tenants uuid[], batches uuid[], subjects uuid[], generations int[], lanes smallint[], events text[],
                        sharing uuid[], weights float8[], caps int[])
RETURNS TABLE (event text, reason text) LANGUAGE plpgsql AS $$
DECLARE
  dead uuid[] := ARRAY(SELECT gone(batches || subjects));
BEGIN
  IF dead <> '{}' THEN
    SELECT array_agg(u.tenant_id), array_agg(u.batch_id), array_agg(u.subject), array_agg(u.generation), array_agg(u.lane), array_agg(u.event)
    INTO tenants, batches, subjects, generations, lanes, events
    FROM unnest(tenants, batches, subjects, generations, lanes, events) AS u (tenant_id, batch_id, subject, generation, lane, event)
    WHERE u.batch_id <> ALL(dead) AND u.subject <> ALL(dead);
  END IF;
  -- Mostly there is nothing new to be kept, and then no row is locked for it.
  INSERT INTO shares AS s (tenant_id, weight, cap)
  SELECT u.* FROM unnest(sharing, weights, caps) AS u (tenant_id, weight, cap) LEFT JOIN shares k USING (tenant_id)
  WHERE (k.weight, k.cap) IS DISTINCT FROM (u.weight, u.cap) ORDER BY u.tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET weight = excluded.weight, cap = excluded.cap;
  PERFORM enqueue(tenants, batches, subjects, generations, lanes, events);
  IF EXISTS (SELECT FROM tombstones t WHERE t.subject = ANY(batches || subjects)) THEN
    RETURN QUERY SELECT s.event, s.error #>> '{}' FROM stop_entombed(batches) s
      UNION ALL SELECT s.event, s.error #>> '{}' FROM stop_documents(subjects) s;
  END IF;
END $$;
